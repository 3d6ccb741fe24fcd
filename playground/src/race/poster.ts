// A race as one has come out, with the server in the page: drawn where nobody has run one yet.

import type { Span } from "./lane.ts";

/** What a lane shows, ms from the start. */
interface PosterLane {
  readonly spans: readonly Span[];
  readonly attempts: readonly number[];
  readonly figures: readonly string[];
}

export const poster: {
  readonly strikes: readonly number[];
  readonly headline: string;
  /** By the contenders' ids. */
  readonly lanes: Readonly<Record<string, PosterLane>>;
} = {
  strikes: [2050],
  headline:
    "Twelve lines lost 10 of 191 messages and spent 1 s cut off; Gundam lost nothing and spent 0.03 s cut off.",
  lanes: {
    "twelve-lines": outage(2053, 3053, "10 lost", "1 s cut off"),
    partysocket: outage(2053, 5053, "0 lost", "3 s cut off"),
    "reconnecting-websocket": outage(2053, 4714, "0 lost", "2.7 s cut off"),
    gundam: outage(2052, 2073, "0 lost", "0.03 s cut off"),
  },
};

/** From the loss to the attempt that succeeds. */
function outage(lost: number, attempt: number, ...figures: readonly string[]): PosterLane {
  return {
    spans: [
      { from: 0, state: "connected" },
      { from: lost, state: "down" },
      { from: attempt + 5, state: "connected" },
    ],
    attempts: [attempt],
    figures,
  };
}
