// What the totals of `npm test` are made of.

import { describe, expect, it } from "vitest";
import { testsOf } from "./reports.mjs";
import { checkSkips } from "./skips.mjs";

describe("a report of Vitest", () => {
  const file = (status: string, assertionResults: unknown[]) => ({
    testResults: [{ name: "client.test.ts", status, assertionResults }],
  });
  const test = (status: string) => ({ ancestorTitles: ["client"], title: "opens", status });

  it("gives each test's path and outcome", () => {
    const report = file("failed", ["passed", "failed", "skipped", "pending", "todo"].map(test));
    expect(testsOf(report).map((test: { outcome: string }) => test.outcome)).toEqual([
      "passed",
      "failed",
      "skipped",
      "skipped",
      "skipped",
    ]);
    expect(testsOf(report)[0].name).toBe("client > opens");
  });

  it("counts a file that could not be loaded as a failure", () => {
    expect(testsOf(file("failed", []))).toEqual([{ name: "client.test.ts", outcome: "failed" }]);
  });

  it("counts a failed hook as a failure, though every test passed", () => {
    expect(testsOf(file("failed", [test("passed")]))).toHaveLength(2);
  });
});

describe("a report of Playwright", () => {
  it("gives each test's browser, path and outcome, and errors outside of tests", () => {
    const spec = (title: string, status: string) => ({ title, tests: [{ projectName: "firefox", status }] });
    const report = {
      suites: [
        {
          title: "page.spec.ts",
          specs: [spec("loads", "expected")],
          suites: [
            {
              title: "form",
              specs: [spec("sends", "unexpected"), spec("clears", "skipped"), spec("retries", "flaky")],
            },
          ],
        },
      ],
      errors: [{ message: "the web server did not start" }],
    };
    expect(testsOf(report)).toEqual([
      { name: "firefox > loads", outcome: "passed", flaky: false },
      { name: "firefox > form > sends", outcome: "failed", flaky: false },
      { name: "firefox > form > clears", outcome: "skipped", flaky: false },
      { name: "firefox > form > retries", outcome: "passed", flaky: true },
      { name: "the web server did not start", outcome: "failed" },
    ]);
  });
});

describe("skipped tests", () => {
  const run = (outcomes: Record<string, string>) => [
    { name: "node", tests: Object.entries(outcomes).map(([name, outcome]) => ({ name, outcome })) },
  ];
  const entry = (name: string, when?: string) => ({ name, when, reason: "needs root" });

  it("are fine when listed, one by one or by their suite", () => {
    const runs = run({ "namespace > drops": "skipped", "namespace > delays": "skipped", lone: "skipped" });
    expect(checkSkips([entry("node > namespace"), entry("node > lone")], runs)).toEqual([]);
  });

  it("are wrong when not listed", () => {
    expect(
      checkSkips([entry("node > other", "sometimes")], run({ lone: "skipped", other: "passed" })),
    ).toEqual(["Skipped, but not listed in scripts/allowed-skips.json: node > lone"]);
  });

  it("make their entry stale by running, unless it depends on the machine", () => {
    const runs = run({ lone: "passed" });
    expect(checkSkips([entry("node > lone")], runs)).toEqual([
      "Listed in scripts/allowed-skips.json, but it ran: node > lone",
    ]);
    expect(checkSkips([entry("node > lone", "sometimes")], runs)).toEqual([]);
  });

  it("make their entry stale by being gone", () => {
    expect(checkSkips([entry("node > gone", "sometimes")], run({ lone: "passed" }))).toEqual([
      "Listed in scripts/allowed-skips.json, but there is no such test: node > gone",
    ]);
  });

  it("are not judged when their step did not run", () => {
    expect(checkSkips([entry("heavy > storm"), entry("e2e > lone")], run({ lone: "passed" }))).toEqual([]);
  });
});
