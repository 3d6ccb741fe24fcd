// The buttons that break things, in plain words; what each does is the fault server's own table (@gundam/testing/server).

import { inPageFaults } from "@gundam/testing/in-page";
import type { FaultRequest } from "../server/server-protocol.ts";

/** A number that a button's fault takes, as it is typed. */
export interface FaultNumber {
  readonly name: "code" | "status" | "ms" | "bytesPerSecond" | "count";
  readonly label: string;
  readonly value: number;
  /** What follows the number, e.g. `s`. */
  readonly unit?: string;
  /** The number is typed in so many of the argument's own units: 1000 for seconds. */
  readonly scale?: number;
}

export interface FaultButton {
  readonly label: string;
  readonly fault: FaultRequest;
  readonly number?: FaultNumber;
  /** What to expect, where that may surprise; said once the fault has taken effect. */
  readonly afterwards?: string;
  /** It teaches the most: it is there at first sight, and the others are behind it. */
  readonly isFirst?: true;
}

export interface FaultGroup {
  readonly title: string;
  readonly buttons: readonly FaultButton[];
}

export const faultGroups: readonly FaultGroup[] = [
  {
    title: "This connection",
    buttons: [
      { label: "Drop it", fault: { name: "drop", how: "fin" }, isFirst: true },
      { label: "Reset it", fault: { name: "drop", how: "rst" } },
      {
        label: "Close it with",
        fault: { name: "close", reason: "closed in the playground" },
        number: { name: "code", label: "Close code", value: 4001 },
      },
      {
        label: "Close, keep TCP up",
        fault: { name: "close-without-fin", code: 4001, reason: "closed in the playground" },
        afterwards:
          "Chromium tells of it when TCP has ended, or after 2 s. Send something now: it waits for the next connection.",
      },
      {
        label: "Go silent",
        fault: { name: "silence" },
        isFirst: true,
        afterwards:
          "TCP stays up and nothing moves. A browser cannot tell that from peace and quiet: set wsOpts.heartbeat, or reconnect.",
      },
      {
        label: "Send garbage",
        fault: { name: "bad-frame", frame: "reserved-opcode" },
      },
      {
        label: "Flood with",
        fault: { name: "flood", message: "flood" },
        number: { name: "count", label: "Messages of the flood", value: 10_000 },
      },
      {
        label: "Slow link",
        fault: { name: "slow" },
        number: { name: "bytesPerSecond", label: "Bytes per second", value: 20, unit: "B/s" },
        afterwards: "What the server sends trickles from now on, on later connections too. “Behave” ends it.",
      },
    ],
  },
  {
    title: "The next attempts",
    buttons: [
      {
        label: "Refuse with",
        fault: { name: "refuse" },
        number: { name: "status", label: "HTTP status", value: 503 },
      },
      { label: "Stall the handshake", fault: { name: "stall-at-upgrade" } },
      { label: "Answer garbage", fault: { name: "garbage-at-upgrade" } },
      { label: "Accept, then drop", fault: { name: "drop-at-open" } },
    ],
  },
  {
    title: "The server itself",
    buttons: [
      {
        label: "Go away for",
        fault: { name: "away" },
        isFirst: true,
        number: { name: "ms", label: "Seconds away", value: 4, unit: "s", scale: 1000 },
      },
      {
        label: "Restart",
        fault: { name: "restart" },
        isFirst: true,
        afterwards:
          "It closed with 1012, was gone for a moment, and is back. So that not all come at once, each client waits at random.",
      },
      { label: "Go away", fault: { name: "away" } },
      { label: "Come back", fault: { name: "back" } },
    ],
  },
];

/** Ends every fault. */
export const behave: FaultButton = { label: "Behave", fault: { name: "behave" } };

/** What to say of a fault that has just been done, while so many were connected. */
export function afterwords({ afterwards }: FaultButton, fault: FaultRequest, connections: number): string {
  const scope = inPageFaults.find(({ name }) => name === fault.name)?.scope;
  if (scope === "live" && connections === 0) return "Nobody is connected, so nothing happened.";
  if (scope === "next" && connections > 0)
    return "From the next attempt on: drop the connection, or reconnect, to see it.";
  return afterwards ?? `The server has been told to ${faultWords(fault)}.`;
}

/** The fault that a button asks for, with the number that was typed. */
export function requestOf({ fault, number }: FaultButton, typed: string): FaultRequest {
  if (number === undefined) return fault;
  const value = number.scale === undefined ? typed : String(Number(typed) * number.scale);
  return { ...fault, [number.name]: value };
}

const words: Readonly<Record<string, (fault: FaultRequest) => string>> = {
  drop: ({ how }) => (how === "rst" ? "reset the connections" : "drop the connections"),
  silence: () => "go silent, TCP staying up",
  close: ({ code }) => `close the connections with ${code}`,
  "close-without-fin": ({ code }) => `close the connections with ${code}, TCP staying up`,
  flood: ({ count }) => `flood with ${count} messages`,
  slow: ({ bytesPerSecond }) => `send ${bytesPerSecond} bytes a second`,
  "bad-frame": () => "send a frame that breaks the protocol",
  "stall-at-upgrade": () => "never answer handshakes",
  "stall-at-accept": () => "accept TCP and say nothing",
  "garbage-at-upgrade": () => "answer handshakes with garbage",
  "drop-at-open": () => "accept connections, then drop them",
  refuse: ({ status }) => `refuse handshakes with HTTP ${status}`,
  away: ({ ms }) => (ms === undefined ? "go away" : `go away for ${Number(ms) / 1000} s`),
  back: () => "come back",
  restart: ({ ms }) => (ms === undefined ? "restart" : `restart, away for ${Number(ms) / 1000} s`),
  behave: () => "behave again",
};

/** A fault as what the server is told to do. */
export function faultWords(fault: FaultRequest): string {
  return words[fault.name]?.(fault) ?? Object.values(fault).join(" ");
}
