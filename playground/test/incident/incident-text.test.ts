import { inPageFaults } from "@gundam/testing/in-page";
import { describe, expect, test } from "vitest";
import { type Act, AFTERMATH, incidentOf, LONGEST_INCIDENT } from "../../src/incident/incident.ts";
import { IncidentTextError, readIncident, writeIncident } from "../../src/incident/incident-text.ts";
import { incidents } from "../../src/incident/incidents.ts";
import type { FaultRequest } from "../../src/server/server-protocol.ts";

/** A lawful value of each argument, and for texts one that could be misread. */
const values: Readonly<Record<string, string | number>> = {
  code: 4001,
  status: 503,
  times: 2,
  ms: 1500,
  count: 3,
  bytesPerSecond: 40,
  how: "rst",
  frame: "reserved-opcode",
  protocol: "chat.v2",
  reason: "bye, (all) of you: 50% = \"half\" & 'ß'",
  message: "503",
  headers: "Retry-After: 5|X-A: b",
  body: " spaced ",
};

const faultsWithAll: readonly FaultRequest[] = inPageFaults.map(({ name, args }) => ({
  name,
  ...Object.fromEntries(args.map((arg) => [arg, values[arg]!])),
}));
const faultsWithOne = inPageFaults.flatMap(({ name, args }) =>
  args.map((arg) => ({ name, [arg]: values[arg]! })),
);
const others: readonly Act[] = [
  ...(["offline", "online", "hide", "show"] as const).map((type) => ({ type })),
  ...(["reconnect", "handover", "close", "terminate"] as const).flatMap((type) => [
    { type },
    { type, client: "A" as const },
    { type, client: "B" as const },
  ]),
];

describe("what is written is read as it was", () => {
  const faults: readonly Act[] = [...faultsWithAll, ...faultsWithOne].map((fault) => ({
    type: "fault",
    fault,
  }));
  test.each([...faults, ...others])("$type $fault.name $client %#", (act) => {
    const incident = incidentOf([{ at: 250, act }]);
    expect(readIncident(writeIncident(incident))).toEqual(incident);
  });

  test("all of them in one, and in an address", () => {
    const steps = [...faults, ...others].slice(-90).map((act, index) => ({ at: index * 10, act }));
    const incident = incidentOf(steps, 5000);
    const query = new URLSearchParams({ incident: writeIncident(incident) });
    expect(readIncident(new URLSearchParams(String(query)).get("incident")!)).toEqual(incident);
  });

  test("how long it goes on, where that is not as usual", () => {
    const drop: Act = { type: "fault", fault: { name: "drop" } };
    expect(writeIncident(incidentOf([{ at: 100, act: drop }]))).toBe("100:drop");
    expect(writeIncident(incidentOf([{ at: 100, act: drop }], 9000))).toBe("100:drop,9000:end");
    expect(readIncident("100:drop").duration).toBe(100 + AFTERMATH);
  });

  test.each(incidents)("$id by its name", (incident) => {
    expect(writeIncident(incident)).toBe(incident.id);
    expect(readIncident(incident.id)).toBe(incident);
  });
});

test("the text is short, and a person can write it", () => {
  const incident = readIncident(
    " 6000 : behave , 0:restart( ms = 1500 ),0:refuse(503,1),0:close(4001,see you)",
  );
  expect(writeIncident(incident)).toBe(
    "0:restart(1500),0:refuse(503,times=1),0:close(4001,reason=see you),6000:behave",
  );
});

test("numbers that were typed are numbers, and what was left empty is left out", () => {
  expect(readIncident('0:refuse("503",times=)').steps[0]!.act).toEqual({
    type: "fault",
    fault: { name: "refuse", status: 503 },
  });
});

test.each([
  ["", "there is no incident “”: it is one of deploy, tunnel"],
  ["deplyo", "there is no incident “deplyo”"],
  ["0:explode", "“explode” is no act: there is offline, online"],
  ["0:drop,soon:behave", "“soon:behave” has no time: it is a whole number of ms"],
  ["-1:drop", "has no time"],
  [`${LONGEST_INCIDENT + 1}:drop`, `at most ${LONGEST_INCIDENT}`],
  ["0:drop,,1:behave", "“” is no step"],
  ["0:", "is no step"],
  ["0:refuse(99)", "refuse.status must be an integer from 200 to 599, not 99"],
  ["0:refuse(many)", "refuse.status must be an integer from 200 to 599"],
  ["0:drop(sideways)", "drop.how must be one of fin, rst"],
  ["0:drop(fin,2)", "has an argument too many: drop takes how"],
  ["0:restart(1,ms=2)", "has an argument too many: restart takes ms"],
  ["0:offline(2)", "“offline(2)” is no act"],
  ["0:reconnect(C)", "it takes A or B"],
  ['0:push("open)', "does not end"],
  ["0:drop(", "“drop(” is no act"],
  ["3000:end", "“3000:end” has no step"],
  ["5000:drop,3000:end", "the step at 5000 comes after the end, which is at 3000"],
  [`${"0:drop,".repeat(200)}0:drop`, "at most 100 steps"],
])("%j is refused in words that say why", (text, problem) => {
  expect(() => readIncident(text)).toThrow(IncidentTextError);
  expect(() => readIncident(text)).toThrow(problem);
});
