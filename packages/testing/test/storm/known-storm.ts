// One storm and what comes of it, on every platform: a storm depends on its options and seed alone.

export const knownStorm = { policy: "resilient", clients: 5_000, capacity: 500, outage: 3_000, backlog: 400 };

export const knownReport = {
  connected: 5_000,
  lost: 0,
  trying: 0,
  attempts: { total: 41_919, away: 28_172, full: 8_747, late: 0 },
  recovery: 10_627,
};
