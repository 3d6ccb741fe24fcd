// What one contender's race came to: what the server has counted of it, against what it was given and what it got.

import type { StreamRecord } from "@gundam/testing/streams";
import { messageOf } from "@gundam/testing/streams";
import type { Lane } from "./lane.ts";

/** One direction. */
export interface Balance {
  /** Numbers that were used. */
  readonly sent: number;
  /** Sent, neither refused nor still waiting, and not arrived. */
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
}

export interface Result {
  readonly id: string;
  readonly name: string;
  readonly toServer: Balance & {
    /** It threw, so that who sends knows. */
    readonly refused: number;
    /** In its own queue at the end. */
    readonly waiting: number;
  };
  readonly toClient: Balance;
  /** Attempts to connect after the start. */
  readonly attempts: number;
  /** Sockets open at once, at most. */
  readonly mostOpen: number;
  /** ms of the race in which nothing came: down or silent. */
  readonly downtime: number;
  /** Whether it is connected at the end, and not only while is counted. */
  readonly isBack: boolean;
}

const messageBytes = messageOf("client", 1).length;

/** `end`: ms from the start at which the last numbers were sent; `waitingBytes`: in the contender's own queue. */
export function resultOf(
  lane: Lane,
  record: StreamRecord | undefined,
  end: number,
  waitingBytes: number,
): Result {
  const { contender, sent, refused, isUp } = lane;
  const { id, name } = contender;
  const received = record?.received ?? { arrived: 0, doubled: 0, outOfOrder: 0 };
  const got = lane.tally.counts;
  const numbers = record?.sent ?? 0;
  const waiting = isUp ? 0 : Math.round(waitingBytes / messageBytes);
  return {
    id,
    name,
    toServer: {
      sent,
      refused,
      waiting,
      lost: Math.max(0, sent - refused - waiting - received.arrived),
      doubled: received.doubled,
      outOfOrder: received.outOfOrder,
    },
    toClient: {
      sent: numbers,
      lost: numbers - got.arrived,
      doubled: got.doubled,
      outOfOrder: got.outOfOrder,
    },
    attempts: lane.attempts.length,
    mostOpen: record?.mostOpen ?? 0,
    downtime: lane.downtime(end),
    isBack: lane.spans(end).at(-1)?.state !== "down",
  };
}

/** In both directions. */
export function lostOf({ toServer, toClient }: Result): number {
  return toServer.lost + toClient.lost;
}

export function sentOf({ toServer, toClient }: Result): number {
  return toServer.sent + toClient.sent;
}

export function doubledOf({ toServer, toClient }: Result): number {
  return toServer.doubled + toClient.doubled;
}
