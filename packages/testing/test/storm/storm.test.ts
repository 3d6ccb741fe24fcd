// What a storm tells, against what is known beforehand: the bound N/C, the waves of a fixed wait, the ratios that the
// library's own policy was chosen for. And that it is a good citizen: repeatable, cancellable, plain.

import {
  type Policy,
  policies,
  runStorm,
  type StormOptions,
  type StormReport,
  stormReport,
} from "@gundam/testing/storm";
import { describe, expect, test, vi } from "vitest";
import { knownReport, knownStorm } from "./known-storm.ts";

// A busy machine can take seconds over what takes a quiet one no time.
vi.setConfig({ testTimeout: 60_000 });

/** A fiftieth of a million clients that reconnect at 5000 a second, with a queue of 4096. */
const small = { clients: 20_000, capacity: 100, backlog: 82, outage: 30_000 };

/** Waits so long each time, and lets a handshake take as long as it takes. */
const steady = (wait: number): Policy => ({
  name: "steady",
  source: "this test",
  handshakeTimeout: Infinity,
  fleet: () => ({ plan: () => wait }),
});

describe("the bound N/C", () => {
  test.each([
    [1, 5_000],
    [300, 250],
    [5_000, 2_000],
  ])(
    "is what %i clients need that all queue at once for %i handshakes a second",
    async (clients, capacity) => {
      const [outage, roundTrip] = [1_000, 4];
      const policy = steady(outage);
      const report = await stormReport({ policy, clients, capacity, outage, roundTrip, backlog: Infinity });
      expect(report.bound).toBe((clients / capacity) * 1_000);
      // It takes up to one and a half round trips until the first is there and the last one has heard.
      expect(report.recovery).toBeGreaterThanOrEqual(report.bound);
      expect(report.recovery).toBeLessThanOrEqual(report.bound + 3 * roundTrip);
      expect(report.attempts).toEqual({ total: clients, away: 0, full: 0, late: 0 });
    },
  );

  test.each(policies)("is not beaten by $name, at no time", async ({ name }) => {
    const { curve, recovery, bound } = await stormReport({
      policy: name,
      ...small,
      clients: 2_000,
      backlog: 200,
    });
    expect(recovery).toBeGreaterThanOrEqual(bound);
    curve.connected.forEach((connected, index) => {
      const sinceReturn = index * curve.step - small.outage;
      if (connected > (Math.max(sinceReturn, 0) * small.capacity) / 1_000)
        expect.fail(`${connected} clients were back ${sinceReturn} ms after the server`);
    });
  });
});

test("clients that wait in step get in a queue's length at a time", async () => {
  const [clients, backlog, wait] = [1_000, 50, 5_000];
  const policy = steady(wait);
  const storm = { policy, clients, backlog, capacity: 100, outage: 100, roundTrip: 4, horizon: 200_000 };
  const { recovery } = await stormReport(storm);
  // The waves blur slowly, by a round trip each.
  expect(recovery / ((clients / backlog) * wait)).toBeGreaterThan(0.85);
  expect(recovery / ((clients / backlog) * wait)).toBeLessThan(1.01);
});

describe("a server that hangs while it is away", () => {
  const hung = { clients: 100, capacity: 1_000, outage: 10_000, whileAway: "hangs", roundTrip: 4 } as const;
  const patient = (handshakeTimeout: number): Policy => ({ ...steady(1_000), handshakeTimeout });

  test("costs each attempt the client's patience", async () => {
    const report = await stormReport({ ...hung, policy: patient(4_000) });
    // Attempts after 1 s and 6 s hang until 5 s and 10 s; the next ones come after 11 s.
    expect(report.attempts).toEqual({ total: 300, away: 200, full: 0, late: 0 });
    expect(report.connected).toBe(100);
    expect(report.downtime.median).toBeGreaterThan(11_000);
    expect(report.downtime.p99).toBeLessThan(11_200);
  });

  test("keeps for good who has no limit to a handshake", async () => {
    const report = await stormReport({ ...hung, policy: patient(Infinity) });
    expect(report).toMatchObject({ isOver: true, connected: 0, lost: 0, trying: 100, recovery: Infinity });
    expect(report.attempts).toEqual({ total: 100, away: 100, full: 0, late: 0 });
  });

  test("is no other than one that refuses, to who waits until it is back", async () => {
    const given = { ...hung, policy: patient(4_000), outage: 900 };
    expect(await stormReport(given)).toEqual(await stormReport({ ...given, whileAway: "refuses" }));
  });
});

test("a queue that outlasts the clients' patience lets nobody in any more", async () => {
  const storm = { ...small, clients: 10_000, backlog: 500, horizon: 120_000 };
  const report = await stormReport({ policy: "reconnecting-websocket", ...storm });
  expect(report).toMatchObject({ isOver: true, lost: 0, recovery: Infinity, overBound: Infinity });
  expect(report.trying).toBeGreaterThan(9_000);
  expect(report.attempts.late).toBeGreaterThan(1_000);
});

describe("of 20 000 clients after 30 s, as of a million", () => {
  test.each([
    { seed: 1 },
    { seed: 2 },
    { roundTrip: 4 },
    { roundTrip: 200 },
    { closeCode: 1012 },
    { outage: 3_000 },
    { outage: 300_000 },
  ])("those with resilient() are all back within 1.1 times the bound: %o", async (given) => {
    const report = await stormReport({ policy: "resilient", ...small, ...given });
    expect(report).toMatchObject({ connected: small.clients, lost: 0, trying: 0 });
    expect(report.overBound).toBeLessThanOrEqual(1.1);
  });

  test.each(["gun", "default"])("none with the budget of %s is back, ever", async (policy) => {
    const report = await stormReport({ policy, ...small });
    expect(report).toMatchObject({ connected: 0, lost: small.clients, overBound: Infinity });
    // The first retry at once, then every 5 s, which ends after 20 s.
    expect(report.attempts.away).toBe(5 * small.clients);
  });

  test("those with SignalR's list are lost but for the first queue", async () => {
    const { connected, lost } = await stormReport({ policy: "signalr", ...small });
    expect(lost + connected).toBe(small.clients);
    expect(connected).toBeLessThan(0.01 * small.clients);
  });

  test("fixed lists take up to 9.8 times the bound where the network spreads nothing", async () => {
    const near = { ...small, roundTrip: 4 };
    const { overBound } = await stormReport({ policy: "partysocket", ...near });
    expect(overBound / 9.8).toBeGreaterThan(0.95);
    expect(overBound / 9.8).toBeLessThan(1.05);
    expect((await stormReport({ policy: "phoenix", ...near })).overBound).toBeGreaterThan(2.35);
  });

  test("resilient() attempts 3 times a second and client at the peak, and a sixth of it when told of a restart", async () => {
    const reset = await stormReport({ policy: "resilient", ...small });
    const told = await stormReport({ policy: "resilient", ...small, closeCode: 1012 });
    expect(reset.peak / small.clients / 3).toBeGreaterThan(0.9);
    expect(reset.peak / small.clients / 3).toBeLessThan(1.1);
    expect(reset.peak / told.peak).toBeGreaterThan(6);
  });
});

test.each([
  { outage: 0, median: 60, p99: 115 },
  { outage: 200, median: 400, p99: 580 },
])("with resilient() and a server for everybody, half are back soon after $outage ms", async (goal) => {
  const idle = { clients: 2_000, capacity: 1e6, backlog: 1e6, roundTrip: 4, step: 5 };
  const { downtime } = await stormReport({ policy: "resilient", ...idle, outage: goal.outage });
  expect(downtime.median).toBeLessThanOrEqual(goal.median);
  expect(downtime.p99).toBeLessThanOrEqual(goal.p99);
});

describe("a report", () => {
  const storm: StormOptions = {
    policy: "resilient",
    clients: 3_000,
    capacity: 100,
    outage: 2_000,
    backlog: 50,
  };

  test("accounts for every client and every attempt", async () => {
    for await (const report of runStorm(storm)) {
      const { clients, connected, lost, trying, attempts, curve } = report;
      expect(connected + lost + trying).toBe(clients);
      expect(sum(curve.attempts)).toBe(attempts.total);
      expect(curve.connected.at(-1)).toBe(connected);
    }
    const { attempts, connected } = await stormReport(storm);
    expect(attempts.total).toBe(attempts.away + attempts.full + attempts.late + connected);
  });

  test("has the peak of any second", async () => {
    const { peak, curve } = await stormReport(storm);
    const seconds = Array.from(curve.attempts, (_, index) => curve.attempts.slice(index, index + 10));
    expect(curve.step).toBe(100);
    expect(peak).toBe(Math.max(...seconds.map(sum)));
  });

  test("reads the downtimes off the curve", async () => {
    const { downtime, curve } = await stormReport(storm);
    const at = (time: number) => curve.connected[Math.round(time / curve.step)]! / storm.clients;
    expect(at(downtime.median)).toBeCloseTo(0.5, 2);
    expect(at(downtime.p99)).toBeCloseTo(0.99, 2);
    // 100 a second from 2 s on.
    expect(downtime.median).toBeGreaterThan(17_000);
    expect(downtime.median).toBeLessThan(17_500);
  });

  test("can be posted to another thread, as its options can", async () => {
    const report = await stormReport(structuredClone(storm));
    expect(structuredClone(report)).toEqual(report);
  });

  test("says the same on every platform", async () => {
    expect(await stormReport(knownStorm)).toMatchObject(knownReport);
  });

  test("is the same for the same seed, and another for another", async () => {
    const [first, again, other] = [
      await stormReport({ ...storm, seed: 7 }),
      await stormReport({ ...storm, seed: 7 }),
      await stormReport({ ...storm, seed: 8 }),
    ];
    expect(again).toEqual(first);
    expect(other.curve).not.toEqual(first.curve);
  });
});

describe("a storm that goes on", () => {
  // No test waits for the end of it.
  const long: StormOptions = { policy: "resilient", clients: 200_000, capacity: 10, backlog: 10 };

  test("reports its progress, and lets others have their turn", async () => {
    let turns = 0;
    const counting = setInterval(() => turns++);
    const reports: StormReport[] = [];
    for await (const report of runStorm(long)) if (reports.push(report) === 10) break;
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
    expect(reports.some(({ isOver }) => isOver)).toBe(false);
    const times = reports.map(({ now }) => now);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(reports.at(-1)!.attempts.total).toBeGreaterThan(reports[0]!.attempts.total);
  });

  test("lets others have their turn while its clients lose their server, too", async () => {
    let lost = 0;
    const plan = () => {
      lost++;
      return 1_000;
    };
    const policy: Policy = { ...steady(1_000), fleet: () => ({ plan }) };
    // As if the first few events had taken all the time there is.
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => {
      now += 30;
      return now;
    });
    try {
      for await (const { now, trying } of runStorm({ policy, clients: 200_000 })) {
        expect({ now, trying }).toEqual({ now: 0, trying: 200_000 });
        break;
      }
    } finally {
      clock.mockRestore();
    }
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(10_000);
  });

  test("ends with the reason of its signal", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const run = async () => {
      for await (const _ of runStorm(long, { signal: controller.signal })) controller.abort(reason);
    };
    await expect(run()).rejects.toBe(reason);
    await expect(stormReport(long, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe("what cannot be", () => {
  test.each([
    [{ clients: 0 }, "clients is 0: it must be a whole number above 0"],
    [{ clients: 1.5 }, "clients is 1.5"],
    [{ capacity: 0 }, "capacity is 0"],
    [{ outage: -1 }, "outage is -1"],
    [{ backlog: 0 }, "backlog is 0"],
    [{ whileAway: "hides" as "hangs" }, 'whileAway is "hides": it must be "refuses" or "hangs"'],
    [{ roundTrip: 3 }, "roundTrip is 3: it must be from 4 to 60000 ms"],
    [{ step: 300 }, "step is 300: it must be a divisor of 1000"],
    [{ horizon: Infinity }, "horizon is Infinity"],
    [{ seed: 0.5 }, "seed is 0.5"],
    [{ policy: "hope" }, 'policy is "hope": it must be one of resilient, default, gun'],
    [{ policy: steady(-1) }, 'policy "steady" waits -1 ms: it must be from 0 to 524288 ms'],
    [{ policy: steady(Number.NaN) }, 'policy "steady" waits NaN ms'],
    [{ policy: steady(1e6) }, 'policy "steady" waits 1000000 ms'],
  ] satisfies [Partial<StormOptions>, string][])("%o is refused by name", async (given, message) => {
    await expect(stormReport({ policy: "resilient", clients: 10, ...given })).rejects.toThrow(message);
  });
});

const sum = (counts: Uint32Array): number => counts.reduce((total, count) => total + count, 0);
