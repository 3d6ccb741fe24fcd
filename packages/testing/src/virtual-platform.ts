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

export interface VirtualWorld {
  readonly runtime: VirtualRuntime;
  readonly network: FakeNetwork;
  readonly platform: Platform;
}

export function virtualWorld(seed = 1): VirtualWorld {
  const runtime = new VirtualRuntime(seed);
  const network = new FakeNetwork();
  const platform: Platform = {
    name: "virtual",
    runtime,
    dial: withPingsAndFlow(network.dial, () => runtime.now()),
    declarations: socketDeclarations,
    providers: socketProviders,
    ignored: [],
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

/** The same without pings, as browsers are. */
export function withoutPings(): VirtualWorld {
  const world = virtualWorld();
  const dial: Dial<never, Connection> = (request, listener) =>
    Object.assign(world.network.dial(request, listener), { ping: undefined }) as unknown as Connection;
  return { ...world, platform: { ...world.platform, dial, ping: undefined } };
}

/** A client in that world, constructed and, unless told otherwise, started. */
export function virtualClient(
  world: VirtualWorld,
  // biome-ignore lint/suspicious/noExplicitAny: tests give callbacks of every shape.
  options: Partial<CoreOptions> & Record<string, any> = {},
): Client {
  const client = new Client(world.platform, { url: "ws://example.test/", ...options });
  client.reconnect();
  return client;
}
