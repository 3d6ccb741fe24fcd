// Which tests may be skipped: only those in allowed-skips.json, each with its reason. An entry is
//   { "name": "node > network namespace", "when": "sometimes", "reason": "needs root and iproute2" }
// `name`: the step of scripts/test.mjs and the path to a test, or to a suite, which stands for all of its tests.
// `when`: "always" (the default): it is skipped wherever its step runs, so that an entry for a test that runs again, or
// is gone, is stale. "sometimes": it depends on the machine, as the reason says; stale only without such a test.

/**
 * What is wrong with the skipped tests, in sentences.
 * @param entries the content of allowed-skips.json
 * @param runs the steps that left a report: `{ name, tests }`. Entries of other steps are not judged.
 */
export function checkSkips(entries, runs) {
  const tests = runs.flatMap((run) =>
    run.tests.map((test) => ({ ...test, name: `${run.name} > ${test.name}` })),
  );
  const unlisted = tests
    .filter((test) => test.outcome === "skipped" && !entries.some((entry) => covers(entry, test)))
    .map((test) => `Skipped, but not listed in scripts/allowed-skips.json: ${test.name}`);
  const stale = entries
    .filter((entry) => runs.some((run) => entry.name.startsWith(`${run.name} > `)))
    .map((entry) =>
      staleness(
        entry,
        tests.filter((test) => covers(entry, test)),
      ),
    )
    .filter(Boolean);
  const unreasoned = entries
    .filter((entry) => !entry.reason)
    .map((entry) => `No reason is given: ${entry.name}`);
  return [...unlisted, ...stale, ...unreasoned];
}

function covers(entry, test) {
  return test.name === entry.name || test.name.startsWith(`${entry.name} > `);
}

function staleness(entry, tests) {
  if (tests.length === 0)
    return `Listed in scripts/allowed-skips.json, but there is no such test: ${entry.name}`;
  const skipped = tests.some((test) => test.outcome === "skipped");
  if (skipped || entry.when === "sometimes") return undefined;
  return `Listed in scripts/allowed-skips.json, but it ran: ${entry.name}`;
}
