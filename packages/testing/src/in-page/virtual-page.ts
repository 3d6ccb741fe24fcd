// A page on a virtual clock: a server in it, what it goes through, and the platform for its clients.

import { coreDeclarations, coreProviders, type Platform, verdictOf } from "@gundam/core";
import { virtualWorld } from "../virtual-platform.ts";
import type { VirtualRuntime } from "../virtual-runtime.ts";
import { InPageServer } from "./in-page-server.ts";
import { PageConditions } from "./page-conditions.ts";

/** A page on a virtual clock, with a server in it. */
export interface VirtualPage {
  /** The clock, which `advance` moves on. */
  readonly runtime: VirtualRuntime;
  /** The server that all its clients connect to. */
  readonly server: InPageServer;
  /** What the page goes through. */
  readonly page: PageConditions;
  /** As browsers have it: without pings, headers, and what a refusal said. It dials the server, whatever the url. */
  readonly platform: Platform;
}

/** What a page cannot do: known, as in browsers. */
const ignored = [
  "headers",
  "wsOpts.keepalive",
  "wsOpts.keepaliveTolerance",
  "wsOpts.flow",
  "wsOpts.receiveBuffer",
  "wsOpts.silencePings",
];

/**
 * Makes a page on a virtual clock: a server in it, what it goes through, and the platform for its clients. `seed`: of
 * the random numbers.
 *
 * @example
 * const { runtime, server, platform } = virtualPage();
 * const client = new Client(platform, { url: server.url });
 * client.reconnect();
 * await runtime.advance(1000);
 * client.phase; // → "open"
 */
export function virtualPage(seed = 1): VirtualPage {
  const { runtime, platform } = virtualWorld(seed);
  const { ping: _, vigilanceOf: __, ...others } = platform;
  const server = new InPageServer({ runtime });
  const page = new PageConditions();
  const asInBrowsers: Platform = {
    ...others,
    dial: server.dial,
    declarations: coreDeclarations,
    providers: coreProviders,
    ignored: [...others.ignored, ...ignored],
    verdictOf,
  };
  return { runtime, server, page, platform: page.lay(asInBrowsers) };
}
