// Core on a virtual clock and a fake network: the lifecycle, exact to the millisecond, with no socket in sight.

import {
  askByPing,
  Client,
  type Connection,
  type CoreOptions,
  type Dial,
  detectSleep,
  httpVerdictOf,
  type Platform,
  Supervisor,
  socketDeclarations,
  socketProviders,
  socketVigilance,
  tracerOf,
  withPingsAndFlow,
} from "@gundam/core";
import { FakeNetwork } from "./fake-transport.ts";
import { VirtualRuntime } from "./virtual-runtime.ts";

/** What is the real network's: known, so that an app's options serve here as they are. */
const ignored = [
  "domainLookupTimeout",
  "tlsHandshakeTimeout",
  "httpOpts",
  "cookieStore",
  "tcpOpts",
  "tlsOpts",
  "transport",
  "wsOpts.compress",
  "wsOpts.maxPayload",
  "wsOpts.maxFrameSize",
];

/** A clock, a network, and the platform for clients that live by them. */
export interface VirtualWorld {
  /** The clock, which `advance` moves on. */
  readonly runtime: VirtualRuntime;
  /** The network that clients dial into. */
  readonly network: FakeNetwork;
  /** What a `Client` is constructed with: pings and HTTP verdicts as on Node. */
  readonly platform: Platform;
}

/**
 * Makes a world in which time passes when a test says so, and the network is the test's. `seed`: of the random numbers.
 *
 * @example
 * const world = virtualWorld();
 * const client = virtualClient(world, { retry: 1, retryTimeout: 5000 });
 * await world.runtime.advance(0);
 * world.network.last.lose();
 * await world.runtime.advance(5000);
 * world.network.transports.length; // → 2
 */
export function virtualWorld(seed = 1): VirtualWorld {
  const runtime = new VirtualRuntime(seed);
  const network = new FakeNetwork();
  const platform: Platform = {
    name: "virtual",
    runtime,
    dial: withPingsAndFlow(network.dial, () => runtime.now()),
    declarations: socketDeclarations,
    providers: socketProviders,
    ignored,
    verdictOf: httpVerdictOf,
    vigilanceOf: socketVigilance,
    ping: askByPing,
    ...detectSleep({ now: () => runtime.now(), wallNow: () => runtime.wallNow() }),
    tracer: tracerOf(runtime),
    supervisor: new Supervisor(),
    supervised: true,
    goingAway: 1001,
  };
  return { runtime, network, platform };
}

/**
 * The same without pings, as browsers are.
 *
 * @example
 * withoutPings().platform.ping; // → undefined
 */
export function withoutPings(): VirtualWorld {
  const world = virtualWorld();
  const dial: Dial<never, Connection> = (request, listener) =>
    Object.assign(world.network.dial(request, listener), { ping: undefined }) as unknown as Connection;
  return { ...world, platform: { ...world.platform, dial, ping: undefined } };
}

/**
 * A client in that world, or on a `virtualPage`, constructed and, unless told otherwise, started.
 *
 * @example
 * const world = virtualWorld();
 * const client = virtualClient(world, { openTimeout: 3000 });
 * await world.runtime.advance(0);
 * client.phase; // → "connecting"
 */
export function virtualClient(
  world: Pick<VirtualWorld, "platform"> & Partial<VirtualWorld>,
  // biome-ignore lint/suspicious/noExplicitAny: tests give callbacks of every shape.
  options: Partial<CoreOptions> & Record<string, any> = {},
): Client {
  const client = new Client(world.platform, { url: "ws://example.test/", ...options });
  client.reconnect();
  return client;
}
