// The figures of a race: which there are, what each means, and how it is written.

import { type Balance, doubledOf, type Result } from "./result.ts";
import { formatSeconds, type Verdict } from "./verdict.ts";

export interface Figure {
  readonly label: string;
  /** What it counts, in a sentence. */
  readonly meaning: string;
  readonly write: (result: Result) => string;
}

export const figures: readonly Figure[] = [
  {
    label: "Lost to server",
    meaning:
      "Numbers that the client took, and that the server never got. What it threw for is refused, and what is still in its queue waits.",
    write: ({ toServer }) => share(toServer),
  },
  {
    label: "Lost to client",
    meaning:
      "Numbers that the server sent to the client’s newest open connection, and that never came out. It numbers only what it can send: what it had to say while the client was away is nobody’s loss.",
    write: ({ toClient }) => share(toClient),
  },
  {
    label: "Refused",
    meaning: "Numbers that send() threw for. They did not arrive, and the program knows.",
    write: ({ toServer }) => String(toServer.refused),
  },
  {
    label: "Waiting",
    meaning: "Numbers in the client’s own queue at the end, by its bufferedAmount, if it is not connected.",
    write: ({ toServer }) => String(toServer.waiting),
  },
  {
    label: "Doubled",
    meaning: "Numbers that came more than once, in either direction.",
    write: (result) => String(doubledOf(result)),
  },
  {
    label: "Out of order",
    meaning: "Numbers that came after a higher one, in either direction.",
    write: ({ toServer, toClient }) => String(toServer.outOfOrder + toClient.outOfOrder),
  },
  {
    label: "Attempts",
    meaning: "Connections that the client has begun after the start of the race.",
    write: ({ attempts }) => String(attempts),
  },
  {
    label: "Sockets at once",
    meaning: "The most connections of the client that were open at once, by the server’s count.",
    write: ({ mostOpen }) => String(mostOpen),
  },
  {
    label: "Cut off",
    meaning:
      "The time in which nothing could come: not connected, as the client tells, or connected and silent, from the last number on, if none came for over a second.",
    write: ({ downtime, isBack }) =>
      isBack ? formatSeconds(downtime) : `${formatSeconds(downtime)}, not back`,
  },
];

function share({ lost, sent }: Balance): string {
  return `${lost} of ${sent}`;
}

/** As text that a post, a chat or an issue shows as a table. */
export function figuresAsText(
  title: string,
  { headline, rest }: Verdict,
  results: readonly Result[],
): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    title,
    `${headline} ${rest}`.trim(),
    "",
    row(["Client", ...figures.map(({ label }) => label)]),
    row(["---", ...figures.map(() => "---:")]),
    ...results.map((result) => row([result.name, ...figures.map(({ write }) => write(result))])),
  ].join("\n");
}
