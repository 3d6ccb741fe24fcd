import { expect, test, vi } from "vitest";
import { incidentOf } from "../../src/incident/incident.ts";
import { readIncident } from "../../src/incident/incident-text.ts";
import { rehearse } from "../../src/incident/rehearsal.ts";
import { presets, type Settings } from "../../src/settings/settings.ts";

const settings = (values: Settings["values"] = {}): Settings => ({ url: "", preset: presets[0], values });

test("it tells what a client goes through, from the incident's beginning on", async () => {
  const incident = readIncident("0:drop(rst),2000:offline,2500:drop(rst),3000:online,6000:end");
  const [rehearsed] = await rehearse(incident, [{ name: "A", settings: settings() }]);
  const told = rehearsed!.changes
    .filter(({ at }) => at >= 0)
    .map(({ value }) => `${value.state.name}${value.silence === undefined ? "" : ` ${value.silence}`}`);
  expect(told[0]).toBe("deciding");
  expect(told).toContain("waiting");
  expect(told).toContain("open offline");
  expect(told.at(-1)).toBe("open");
  expect(rehearsed).toMatchObject({ name: "A", phase: "open" });
  // What was sent offline had not been written when the network was back, and told that the connection was reset.
  expect(rehearsed!.outcomes).toEqual(["flushed", "flushed", "unknown", "unknown", "unknown"]);
});

test("the same comes of it each time", async () => {
  const incident = readIncident("deploy");
  const once = () => rehearse(incident, [{ name: "A", settings: settings() }]);
  expect((await once())[0]!.changes).toEqual((await once())[0]!.changes);
});

test("one that would take too long is given up", async () => {
  // Each look at the clock is a second later.
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += 1000;
    return now;
  });
  await expect(rehearse(incidentOf([], 60_000), [{ name: "A", settings: settings() }])).rejects.toThrow(
    "takes too long",
  );
  vi.restoreAllMocks();
});
