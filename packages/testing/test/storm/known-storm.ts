// One storm and what comes of it, on every platform: a storm depends on its options and seed alone.

export const knownStorm = { policy: "resilient", clients: 5_000, capacity: 500, outage: 3_000, backlog: 400 };

export const knownReport = {
  connected: 5_000,
  lost: 0,
  trying: 0,
  attempts: { total: 42_823, away: 32_107, full: 5_716, late: 0 },
  recovery: 15_734,
};
