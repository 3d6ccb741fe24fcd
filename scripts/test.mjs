// `npm test [-- --all] [-- --only=name,name]`: installs what is missing, then runs every check there is, one after the
// other, whatever fails, and ends with a table and the line `N passed, N failed, N skipped`. `--all` adds the slow ones.
// It fails when anything failed, when a step has no test, and when a test was skipped that allowed-skips.json does not list.

import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { testsOf } from "./reports.mjs";
import { checkSkips } from "./skips.mjs";
import { bin, pnpm, requireNode, root, run } from "./workspace.mjs";

requireNode();

const all = process.argv.includes("--all");
const only = process.argv
  .find((argument) => argument.startsWith("--only="))
  ?.slice("--only=".length)
  .split(",");

const minutes = (n) => n * 60_000;

// `prepares` counts only when it fails, `checks` counts as one, and what a step with neither counts is in its report.
const steps = [
  { name: "install", prepares: true, run: () => pnpm(["install"], { timeout: minutes(5) }) },
  {
    name: "browsers",
    prepares: true,
    run: () => run("node", ["scripts/browsers.mjs"], { timeout: minutes(15) }),
  },
  { name: "build", checks: true, run: () => run("node", ["scripts/build.mjs"], { timeout: minutes(2) }) },
  { name: "integrity", checks: true, run: () => run("node", ["scripts/integrity.mjs"]) },
  {
    name: "types",
    checks: true,
    run: () => bin("tsc", ["-p", "tsconfig.test.json"], { timeout: minutes(2) }),
  },
  {
    name: "type-corners",
    run: (report) => run("node", ["scripts/type-grid.mjs", "--corners", report], { timeout: minutes(2) }),
  },
  { name: "lint", checks: true, run: () => bin("biome", ["check", "."], { timeout: minutes(1) }) },
  // Twice as many workers as there are cores, for many wait for their sockets.
  {
    name: "node",
    run: (report) =>
      vitest(report, ["node", "types"], minutes(10), [`--maxWorkers=${2 * availableParallelism()}`]),
  },
  // Side by side, for each waits for its browser most of the time.
  {
    name: "pages",
    run: (report) => vitest(report, ["chromium", "firefox"], minutes(8), ["--maxWorkers=100%"]),
  },
  { name: "e2e", run: (report) => playwright(report, "main", minutes(10)) },
  { name: "e2e-rest", slow: true, run: (report) => playwright(report, "rest", minutes(45)) },
  {
    name: "proxies",
    slow: true,
    prepares: true,
    run: () => run("node", ["scripts/proxies.mjs"], { timeout: minutes(25) }),
  },
  { name: "firefox-proofs", slow: true, run: (report) => vitest(report, ["firefox-proofs"], minutes(5)) },
  { name: "heavy", slow: true, run: (report) => vitest(report, ["heavy"], minutes(30)) },
  {
    name: "runtimes",
    slow: true,
    run: (report) => run("node", ["scripts/runtimes.mjs", report], { timeout: minutes(35) }),
  },
  {
    name: "matrix",
    slow: true,
    run: (report) => run("node", ["scripts/matrix.mjs", report], { timeout: minutes(15) }),
  },
  {
    name: "consumers",
    slow: true,
    run: (report) => run("node", ["scripts/consumers.mjs", report], { timeout: minutes(40) }),
  },
  {
    name: "type-grid",
    slow: true,
    run: (report) => run("node", ["scripts/type-grid.mjs", report], { timeout: minutes(40) }),
  },
  {
    name: "packages",
    slow: true,
    checks: true,
    run: () => run("node", ["scripts/packages.mjs"], { timeout: minutes(5) }),
  },
  {
    name: "site",
    slow: true,
    checks: true,
    run: () => run("node", ["scripts/site.mjs"], { timeout: minutes(15) }),
  },
  { name: "unused", slow: true, checks: true, run: () => bin("knip", [], { timeout: minutes(2) }) },
];

function vitest(report, projects, timeout, more = []) {
  const which = projects.flatMap((project) => ["--project", project]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return bin("vitest", ["run", ...which, ...more, ...reporters], { timeout });
}

function playwright(report, part, timeout) {
  const script = [
    "--silent",
    "--filter",
    "@gundam/e2e",
    "--fail-if-no-match",
    "run",
    "test",
    "--reporter=list,json",
  ];
  return pnpm(script, { timeout, env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report, GUNDAM_E2E_PART: part } });
}

/** Runs a step and gives its row of the table; `tests` are those of its report, if it left one. */
async function perform(step) {
  console.log(`\n=== ${step.name}`);
  const report = path.join(root, "test-results", `${step.name}.json`);
  rmSync(report, { force: true });
  const begin = performance.now();
  const { ok, end } = await step.run(report);
  if (end === "interrupted") process.exit(130);
  return { name: step.name, seconds: (performance.now() - begin) / 1000, ...count(step, ok, end, report) };
}

function count(step, ok, end, report) {
  if (step.prepares || step.checks) {
    return { passed: ok && step.checks ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, problems: ok ? [] : [end] };
  }
  const tests = existsSync(report) ? testsOf(JSON.parse(readFileSync(report, "utf8"))) : undefined;
  const those = (outcome) => (tests ?? []).filter((test) => test.outcome === outcome);
  const problems = those("failed").map((test) => test.name);
  if (tests === undefined) problems.push(`no report (${end})`);
  else if (tests.length === 0) problems.push("no test");
  else if (!ok && problems.length === 0) problems.push(`${end}, although no test failed`);
  const flaky = those("passed")
    .filter((test) => test.flaky)
    .map((test) => `passed only when tried again: ${test.name}`);
  return {
    passed: those("passed").length,
    failed: problems.length,
    skipped: those("skipped").length,
    problems: [...problems, ...flaky],
    tests,
  };
}

/** The row about skipped tests, or none when all is well with them. */
function skipsRow(rows) {
  const entries = JSON.parse(readFileSync(path.join(root, "scripts/allowed-skips.json"), "utf8"));
  const problems = checkSkips(
    entries,
    rows.filter((row) => row.tests),
  );
  return problems.length > 0
    ? [{ name: "skips", passed: 0, failed: problems.length, skipped: 0, seconds: 0, problems }]
    : [];
}

function print(rows) {
  const problems = rows.flatMap((row) => row.problems.map((problem) => `  ${row.name}: ${problem}`));
  if (problems.length > 0) console.log(`\nNot right:\n${problems.join("\n")}`);
  const line = (name, ...cells) => name.padEnd(10) + cells.map((cell) => String(cell).padStart(9)).join("");
  console.log(`\n${line("step", "passed", "failed", "skipped", "seconds")}`);
  for (const row of rows)
    console.log(line(row.name, row.passed, row.failed, row.skipped, row.seconds.toFixed(1)));
  const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  console.log(`\n${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped`);
}

const chosen = steps.filter((step) => (only ? only.includes(step.name) : all || !step.slow));
if (chosen.length < (only?.length ?? 1)) {
  console.error(`--only takes names of: ${steps.map((step) => step.name).join(", ")}.`);
  process.exit(1);
}
mkdirSync(path.join(root, "test-results"), { recursive: true });

const rows = [];
for (const step of chosen) rows.push(await perform(step));
rows.push(...skipsRow(rows));
print(rows);
process.exitCode = rows.some((row) => row.failed > 0) ? 1 : 0;
