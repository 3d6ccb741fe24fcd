import { describe, expect, test } from "vitest";
import type { Result } from "../../src/race/result.ts";
import { formatSeconds, verdictOf } from "../../src/race/verdict.ts";

interface Fate {
  readonly lost?: number;
  readonly refused?: number;
  readonly waiting?: number;
  readonly downtime: number;
  readonly isBack?: boolean;
}

function result(
  id: string,
  name: string,
  { lost = 0, refused = 0, waiting = 0, downtime, isBack = true }: Fate,
): Result {
  const balance = { sent: 100, lost: 0, doubled: 0, outOfOrder: 0 };
  return {
    id,
    name,
    toServer: { ...balance, lost, refused, waiting },
    toClient: balance,
    attempts: 1,
    mostOpen: 1,
    downtime,
    isBack,
  };
}

function verdict(fates: { readonly own: Fate; readonly party: Fate; readonly gundam: Fate }) {
  const results = [
    result("own", "Twelve lines", fates.own),
    result("party", "partysocket", fates.party),
    result("gundam", "Gundam", fates.gundam),
  ];
  return verdictOf(results, "gundam", "own");
}

describe("won", () => {
  test("it is told against the code of one's own, and of the others besides", () => {
    expect(
      verdict({
        own: { lost: 14, downtime: 1210 },
        party: { downtime: 3004 },
        gundam: { downtime: 63 },
      }),
    ).toEqual({
      outcome: "won",
      headline:
        "Twelve lines lost 14 of 200 messages and spent 1.2 s cut off; Gundam lost nothing and spent 0.06 s cut off.",
      rest: "partysocket lost nothing and spent 3 s cut off.",
    });
  });

  test("by one figure, with the other alike", () => {
    const fate = { downtime: 1000 };
    expect(verdict({ own: { ...fate, lost: 1 }, party: fate, gundam: fate }).outcome).toBe("won");
    expect(verdict({ own: fate, party: { downtime: 1050 }, gundam: fate }).outcome).toBe("won");
  });

  test("who did not come back, what was refused and what still waits is said", () => {
    const { headline } = verdict({
      own: { lost: 10, refused: 69, downtime: 7950, isBack: false },
      party: { downtime: 7950, waiting: 70, isBack: false },
      gundam: { downtime: 3000 },
    });
    expect(headline).toBe(
      "Twelve lines lost 10 of 200 messages, got 69 refused and did not come back; Gundam lost nothing and spent 3 s cut off.",
    );
  });
});

describe("lost", () => {
  test("who was first is said first, and by how much", () => {
    expect(
      verdict({
        own: { downtime: 3100 },
        party: { downtime: 3000 },
        gundam: { downtime: 3400 },
      }),
    ).toEqual({
      outcome: "lost",
      headline: "partysocket did better than Gundam: back 0.4 s sooner.",
      rest: [
        "Gundam lost nothing and spent 3.4 s cut off.",
        "Twelve lines lost nothing and spent 3.1 s cut off.",
        "partysocket lost nothing and spent 3 s cut off.",
      ].join(" "),
    });
  });

  test("not to have come back is no shorter than it was", () => {
    const gundam = { downtime: 7950, waiting: 79, isBack: false };
    const { outcome, headline, rest } = verdict({ own: gundam, party: { downtime: 3000 }, gundam });
    expect(outcome).toBe("lost");
    expect(headline).toBe("partysocket did better than Gundam: back in time.");
    expect(rest).toContain("Gundam lost nothing, kept 79 waiting and did not come back.");
  });

  test("by messages alone", () => {
    const fate = { downtime: 3000 };
    const { outcome, headline } = verdict({
      own: { ...fate, lost: 30 },
      party: fate,
      gundam: { ...fate, lost: 12 },
    });
    expect(outcome).toBe("lost");
    expect(headline).toBe("partysocket did better than Gundam: nothing lost instead of 12.");
  });
});

test("of those who did better the one that lost the least is named, not whoever was first at a price", () => {
  const { outcome, headline } = verdict({
    own: { lost: 30, downtime: 3000 },
    party: { downtime: 3100 },
    gundam: { lost: 24, downtime: 5900 },
  });
  expect(outcome).toBe("lost");
  expect(headline).toBe("partysocket did better than Gundam: nothing lost instead of 24, back 2.8 s sooner.");
});

describe("mixed", () => {
  test("who was first but lost more is told with both", () => {
    const { outcome, headline } = verdict({
      own: { lost: 30, downtime: 3000 },
      party: { lost: 1, downtime: 4000 },
      gundam: { downtime: 3400 },
    });
    expect(outcome).toBe("mixed");
    expect(headline).toBe(
      "Twelve lines came back 0.4 s before Gundam, but lost 30 messages instead of none.",
    );
  });

  test("who lost less but was later, too", () => {
    const { outcome, headline, rest } = verdict({
      own: { lost: 30, downtime: 3000 },
      party: { downtime: 4000 },
      gundam: { lost: 2, downtime: 400 },
    });
    expect(outcome).toBe("mixed");
    expect(headline).toBe("partysocket lost nothing instead of 2, but came back 3.6 s after Gundam.");
    expect(rest).toContain("Gundam lost 2 of 200 messages and spent 0.4 s cut off.");
  });
});

test("drawn: what differs by less than anybody notices is alike", () => {
  expect(verdict({ own: { downtime: 4020 }, party: { downtime: 3990 }, gundam: { downtime: 4000 } })).toEqual(
    {
      outcome: "drawn",
      headline: "A draw: everybody lost nothing and spent 4 s cut off.",
      rest: "",
    },
  );
});

test("what came twice is told", () => {
  const us = result("gundam", "Gundam", { downtime: 0 });
  const other = result("own", "Twelve lines", { downtime: 0 });
  const doubled = { ...other, toClient: { ...other.toClient, doubled: 2 } };
  expect(verdictOf([doubled, us], "gundam", "own")).toMatchObject({
    outcome: "won",
    headline:
      "Twelve lines lost nothing, doubled 2 and spent 0 s cut off; Gundam lost nothing and spent 0 s cut off.",
  });
});

test("a draw in silence says that nobody noticed", () => {
  const silent = (id: string) => ({ ...result(id, id, { downtime: 4000 }), attempts: 0 });
  expect(verdictOf([silent("own"), silent("gundam")], "gundam", "own").rest).toBe(
    "Nobody noticed: a browser is not told of silence, and by default no client asks.",
  );
});

test("seconds have the digits that say something", () => {
  expect([0, 4, 63, 994, 995, 1049, 12_000].map(formatSeconds)).toEqual([
    "0 s",
    "0 s",
    "0.06 s",
    "0.99 s",
    "1 s",
    "1 s",
    "12 s",
  ]);
});
