// What the page and the dev server's echo server say to each other, same-origin: the page opens an event stream at
// `serverPath`, which is told the server's state and what it sees, and posts faults as JSON to the stream's `faultsPath`.

import type { UpgradeFault } from "@gundam/testing/in-page";

/**
 * `GET` gives the page a server of its own, which ends with the stream; with `?shared` it is the one that all share, and with
 * `?numbered` one that sends each client a numbered stream and echoes nothing. Of that one the stream's `streamsPath` tells
 * what it has counted: `GET` as it is, `POST` after no more is sent.
 */
export const serverPath = "/__gundam/server";

/** The meta tag by which a page knows that there is an echo server; its content is `serverPath`. */
export const serverMeta = "gundam-echo-server";

/** A fault of `@gundam/testing/server`, by name, with its arguments. */
export interface FaultRequest {
  readonly name: string;
  readonly [argument: string]: string | number;
}

/** The fault that answered an upgrade request, as it is asked for. */
export function faultRequestOf(fault: UpgradeFault): FaultRequest {
  return fault.kind === "refuse"
    ? { name: "refuse", status: fault.status }
    : { name: `${fault.kind}-at-upgrade` };
}

export interface ServerState {
  readonly url: string;
  /** False while it is away. */
  readonly isListening: boolean;
  /** How many connections are open. */
  readonly connections: number;
  /** The faults that hold until `behave`. */
  readonly standing: readonly FaultRequest[];
}

/** What the server has seen or done; `connection` is the number of a TCP connection. */
export type Sight =
  | { readonly type: "fault"; readonly fault: FaultRequest }
  /** A fault was the answer to an upgrade request. */
  | { readonly type: "spoiled"; readonly connection: number; readonly fault: FaultRequest }
  | { readonly type: "opened"; readonly connection: number }
  | {
      readonly type: "closeReceived";
      readonly connection: number;
      readonly code: number;
      readonly reason: string;
    }
  | { readonly type: "disconnected"; readonly connection: number }
  | { readonly type: "wentAway" }
  | { readonly type: "cameBack" };

/** The events of the stream, by name. */
export interface StreamEvents {
  /** Comes first. */
  hello: { readonly faultsPath: string; readonly streamsPath: string };
  state: ServerState;
  sight: Sight;
}
