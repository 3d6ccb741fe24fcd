// What the suites that run on Node and in browsers need of a server, in this process or behind commands.

import type { EchoServerOptions, Fault } from "@gundam/testing/server";

export interface SuiteServer {
  readonly url: string;
  fault(fault: Fault): Promise<void>;
  record(): Promise<SuiteRecord>;
  stop(): Promise<void>;
}

export interface SuiteRecord {
  readonly counts: { readonly opens: number; readonly upgrades: number; readonly disconnects: number };
  readonly upgrades: readonly {
    readonly url: string;
    readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  }[];
  /** Text, or bytes as numbers. */
  readonly messages: readonly { readonly data: string | readonly number[] }[];
  readonly closes: readonly { readonly code: number; readonly reason: string }[];
}

export type StartServer = (options?: EchoServerOptions) => Promise<SuiteServer>;

/** The paths and queries of the opening handshakes, in order. */
export async function requestedOf(server: SuiteServer): Promise<string[]> {
  return (await server.record()).upgrades.map(({ url }) => url);
}
