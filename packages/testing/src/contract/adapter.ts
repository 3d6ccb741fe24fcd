// What an adapter hands to the suite.

import type { Dial, Platform } from "@gundam/core";
import type { ContractServer } from "./contract-server.ts";

/** What an adapter hands to the suite. */
export interface TransportContract {
  /** Of the adapter, for the report. */
  readonly name: string;
  /** Its dial, and the options that go with it. */
  readonly platform: DiallingPlatform;
  /** Starts a server for one test. */
  readonly startServer: () => Promise<ContractServer>;
  /** What the platform cannot: false for that; all else is tested. */
  readonly capabilities?: Partial<TransportCapabilities>;
  /** Options of each attempt, e.g. the certificate authority of a `wss:` server. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What the suite needs of a `Platform`, and the transport under it. */
export interface DiallingPlatform extends Pick<Platform, "declarations" | "ignored" | "goingAway"> {
  /** Begins the transport of an attempt. */
  readonly dial: Dial<never>;
}

/** What a platform truly can; all of it unless an adapter says what its platform cannot. */
export interface TransportCapabilities {
  /** Shows the response to the opening handshake: its headers, and the status of a refusal. */
  readonly showsResponse: boolean;
  /** Ends TCP when it is abandoned while connecting. */
  readonly hangsUp: boolean;
  /** Tells of the peer's Close frame when it is read; otherwise when TCP has ended. */
  readonly showsCloseFrame: boolean;
  /** Fails the connection whenever RFC 6455 says so, unasked subprotocols and masked frames included. */
  readonly isStrict: boolean;
  /** Tells who broke the protocol, and how; otherwise it looks like a broken network. */
  readonly showsViolations: boolean;
  /** Delivers messages that arrive after `close()`. */
  readonly receivesWhileClosing: boolean;
  /** Sends pings, and tells of pings and pongs. */
  readonly pings: boolean;
  /** Stops and resumes reading. */
  readonly pauses: boolean;
}

export const everything: TransportCapabilities = {
  showsResponse: true,
  hangsUp: true,
  showsCloseFrame: true,
  isStrict: true,
  showsViolations: true,
  receivesWhileClosing: true,
  pings: true,
  pauses: true,
};
