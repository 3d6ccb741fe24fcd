// Mutants of the lifecycle that the model check cannot tell from it, each with the reason. The test fails on one that is
// not listed here, and on one that is listed but is caught.

export const survivors: Readonly<Record<string, string>> = {
  "nextPhase: timeout === undefined || option === undefined → (timeout === undefined && option === undefined)":
    "Equivalent: a transport reports both or neither. TypeScript needs both asked to know both defined.",
  "initialState: 0 → 1": "Equivalent: generations are told apart, and never counted.",
  "attempt: 1 → 2": "Equivalent, likewise: each attempt has a generation of its own.",
  "end: 1 → 2": "Equivalent, likewise: nothing of a life's last generation reaches the closed client.",
  'unlimited: "openTimeout" → "openTimeout?"':
    "Equivalent: a phase without a deadline is never told to have passed it.",
};

/** The share of survivors among all mutants must not exceed this. */
export const MOST_SURVIVORS = 0.015;

/** The same for retry.ts. */
export const retrySurvivors: Readonly<Record<string, string>> = {};

/** The same for keepalive.ts. */
export const vigilSurvivors: Readonly<Record<string, string>> = {
  "see: 0 → 1": "Equivalent: what was heard is compared, and never counted.",
};

/** The same for succession.ts. */
export const successionSurvivors: Readonly<Record<string, string>> = {
  'begin: "another hand-over is under way" → "another hand-over is under way?"':
    "Equivalent: what an error says is for people.",
  "begin: 1e3 → 1001": "Equivalent: who is new has no connection that is sent a Close frame.",
  'begin: "" → "?"': "Equivalent, likewise.",
  'promoted: "decide" → "decide?"':
    "Equivalent: it is the last of the effects, which is left out where none is found.",
};
