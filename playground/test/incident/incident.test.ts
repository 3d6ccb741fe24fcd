import { describe, expect, test } from "vitest";
import {
  type Act,
  AFTERMATH,
  actWords,
  incidentOf,
  LONGEST_INCIDENT,
  moved,
  stepWords,
  without,
} from "../../src/incident/incident.ts";
import { embedCode, playgroundLink } from "../../src/incident/links.ts";
import { rowsOf } from "../../src/incident/mark-rows.ts";

const drop: Act = { type: "fault", fault: { name: "drop" } };
const at = (...times: readonly number[]) => incidentOf(times.map((at) => ({ at, act: drop })));
const timesOf = ({ steps }: { steps: readonly { at: number }[] }) => steps.map(({ at }) => at);

describe("steps", () => {
  test("are in the order of their times, and those of one time as they were given", () => {
    const [one, other] = [
      { at: 5, act: drop },
      { at: 5, act: { type: "hide" } as const },
    ];
    expect(incidentOf([{ at: 9, act: drop }, one, other]).steps.slice(0, 2)).toEqual([one, other]);
  });

  test("have time after the last one", () => {
    expect(at(100).duration).toBe(100 + AFTERMATH);
    expect(incidentOf([{ at: 100, act: drop }], 50).duration).toBe(100);
  });

  test("can be moved past each other, to the beginning, and past the end, which moves on", () => {
    const incident = at(0, 1000);
    expect(timesOf(moved(incident, incident.steps[0]!, 2000))).toEqual([1000, 2000]);
    expect(timesOf(moved(incident, incident.steps[1]!, -50))).toEqual([0, 0]);
    expect(moved(incident, incident.steps[1]!, 9000)).toMatchObject({ duration: 10_000 });
    expect(moved(incident, incident.steps[1]!, 1e9).duration).toBe(LONGEST_INCIDENT);
  });

  test("can be taken out, and the rest stays as long as it was", () => {
    const incident = at(0, 1000);
    expect(without(incident, incident.steps[0]!)).toEqual({
      steps: [incident.steps[1]],
      duration: incident.duration,
    });
  });
});

test("an act is told in words, and a step by those of its story", () => {
  expect(actWords({ type: "fault", fault: { name: "restart", ms: 1500 } })).toBe("restart, away for 1.5 s");
  expect(actWords({ type: "handover", client: "B" })).toBe("hand over client B");
  expect(stepWords({ at: 0, act: drop, words: "It breaks" })).toBe("It breaks");
});

test("marks that are near to each other stand one below the other", () => {
  expect(rowsOf(at(0, 0, 100, 5000).steps, 10_000)).toEqual([0, 1, 2, 0]);
});

describe("links", () => {
  const page = (search: string) =>
    ({ origin: "https://gundam.test", pathname: "/play/", search }) as unknown as Location;

  test("to the playground: the settings, the server and the incident, at the view of one connection", () => {
    expect(
      playgroundLink(page("?server=in-page&retry=3&incident=old"), "0:drop,500:refuse(503,times=1)"),
    ).toBe(
      "https://gundam.test/play/?server=in-page&retry=3&incident=0:drop,500:refuse(503,times=1)#connection",
    );
  });

  test("from what is embedded to the playground", () => {
    expect(playgroundLink(page("?retry=3&embed=deploy"), "deploy")).toBe(
      "https://gundam.test/play/?retry=3&incident=deploy#connection",
    );
  });

  test("to embed: the settings of one client, and the incident", () => {
    const code = embedCode(
      page("?quiet&server=in-page&two&b.retry=1&preset=faithful&incident=old"),
      '0:close(4000,reason="a, b")',
    );
    expect(code).toContain(
      'src="https://gundam.test/play/?preset=faithful&amp;embed=0:close(4000,reason=%22a,%20b%22)"',
    );
    expect(code).toContain('width="640" height="360"');
  });
});
