// Vitest's and Playwright's JSON reports as one plain list of tests: `{ name, outcome, flaky }`, the outcome being
// "passed", "failed" or "skipped". A name is the path to the test: "suite > test", with Playwright's project in front.

/** The tests of a report of either kind. */
export function testsOf(report) {
  return report.testResults ? report.testResults.flatMap(testsOfVitestFile) : testsOfPlaywright(report);
}

function testsOfVitestFile(file) {
  const tests = file.assertionResults.map((test) => ({
    name: [...test.ancestorTitles, test.title].join(" > "),
    outcome: test.status === "passed" || test.status === "failed" ? test.status : "skipped",
  }));
  // A file that could not be loaded, or whose hooks failed, has no test to blame.
  const blamed = file.status !== "failed" || tests.some((test) => test.outcome === "failed");
  return blamed ? tests : [...tests, { name: file.name, outcome: "failed" }];
}

function testsOfPlaywright(report) {
  const errors = report.errors.map((error) => ({ name: error.message ?? error.value, outcome: "failed" }));
  return [...report.suites.flatMap((file) => testsOfSuite(file, [])), ...errors];
}

const playwrightOutcomes = { expected: "passed", flaky: "passed", unexpected: "failed", skipped: "skipped" };

function testsOfSuite(suite, titles) {
  const tests = suite.specs.flatMap((spec) =>
    spec.tests.map((test) => ({
      name: [test.projectName, ...titles, spec.title].join(" > "),
      outcome: playwrightOutcomes[test.status],
      flaky: test.status === "flaky",
    })),
  );
  const inner = (suite.suites ?? []).flatMap((child) => testsOfSuite(child, [...titles, child.title]));
  return [...tests, ...inner];
}
