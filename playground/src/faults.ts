// The buttons that break things, in plain words; what each does is the fault server's own table (@gundam/testing/server).

import type { FaultRequest } from "./server-protocol.ts";

/** A number that a button's fault takes. */
export interface FaultNumber {
  readonly name: "code" | "status";
  readonly label: string;
  readonly value: number;
}

export interface FaultButton {
  readonly label: string;
  readonly fault: FaultRequest;
  readonly number?: FaultNumber;
  /** What to expect, where that may surprise; said once the fault has taken effect. */
  readonly afterwards?: string;
}

export interface FaultGroup {
  readonly title: string;
  /** `live` strikes who is connected, `next` who connects from now on. */
  readonly scope: "live" | "next" | "server";
  readonly buttons: readonly FaultButton[];
}

export const faultGroups: readonly FaultGroup[] = [
  {
    title: "The connection of now",
    scope: "live",
    buttons: [
      { label: "Drop (FIN)", fault: { name: "drop", how: "fin" } },
      { label: "Reset (RST)", fault: { name: "drop", how: "rst" } },
      {
        label: "Go silent",
        fault: { name: "silence" },
        afterwards:
          "TCP stays up and nothing moves. A browser cannot tell that from peace and quiet: send something, then reconnect.",
      },
      {
        label: "Close with",
        fault: { name: "close", reason: "closed in the playground" },
        number: { name: "code", label: "Close code", value: 4001 },
      },
    ],
  },
  {
    title: "The next attempts",
    scope: "next",
    buttons: [
      { label: "Stall", fault: { name: "stall-at-upgrade" } },
      {
        label: "Refuse with",
        fault: { name: "refuse" },
        number: { name: "status", label: "HTTP status", value: 503 },
      },
    ],
  },
  {
    title: "The server itself",
    scope: "server",
    buttons: [
      { label: "Go away", fault: { name: "away" } },
      { label: "Come back", fault: { name: "back" } },
      {
        label: "Restart (1012)",
        fault: { name: "restart" },
        afterwards: "It closed with 1012 and is back. Clients spread their return over up to 5 s.",
      },
      { label: "Behave again", fault: { name: "behave" } },
    ],
  },
];

const words: Readonly<Record<string, (fault: FaultRequest) => string>> = {
  drop: ({ how }) => (how === "rst" ? "reset the connections (RST)" : "drop the connections (FIN)"),
  silence: () => "go silent, TCP staying up",
  close: ({ code }) => `close the connections with code ${code}`,
  "stall-at-upgrade": () => "never answer handshakes",
  refuse: ({ status }) => `refuse handshakes with HTTP ${status}`,
  away: () => "go away",
  back: () => "come back",
  restart: () => "restart, with Close 1012",
  behave: () => "behave again",
};

/** A fault as what the server is told to do. */
export function faultWords(fault: FaultRequest): string {
  return words[fault.name]?.(fault) ?? Object.values(fault).join(" ");
}
