// What `gundam` is where nothing says which side it is: TypeScript's `moduleResolution: "bundler"` sets no condition of a
// platform, so the global scope tells by its types. Where they are Node's the side is Node's, and else the browser's. Where
// they are those of both, as in a project with a page and its server, it is what both halves compile with. These are types
// alone: at run time this is the browser's side.
//
// Interfaces and a union of its own, for these have names of this package in the declarations that a user's compiler makes
// of inferred types. What a conditional type resolves to has the name of a package that the user does not depend on.

import type * as browser from "@gundam/browser";
import type * as node from "@gundam/node";
import type { InPage, OnNode } from "./side.ts";

export * from "@gundam/browser";
export type * from "@gundam/node";

/** What `send` takes. */
export type Sendable = node.Sendable | (InPage extends true ? browser.Sendable : never);

type OptionsOfSide = OnNode extends true ? node.NodeOptions : browser.BrowserOptions;
type WsOptsOfSide = OnNode extends true ? node.NodeWsOpts : browser.BrowserWsOpts;
type ClientOfSide<Yours extends object, Received, Sent> = OnNode extends true
  ? node.WebSocketClient<Yours, Received, Sent>
  : browser.WebSocketClient<Yours, Received, Sent>;

/**
 * Options and callbacks in one object. `Yours` is your part of the state; `Received` and `Sent` are what the codec gives
 * and takes.
 */
export interface ClientOptions<Yours extends object = object, Received = node.Message, Sent = Sendable>
  extends OptionsOfSide,
    node.Callbacks<WebSocketClient<Yours, Received, Sent>, Yours, Received> {
  state?: Yours | undefined;
  wsOpts?: (WsOptsOfSide & { codec?: node.Codec<Received, Sent> | undefined }) | undefined;
}

/** A WebSocket client that stays connected. Extend it to have the callbacks as methods. */
export interface WebSocketClient<Yours extends object = object, Received = node.Message, Sent = Sendable>
  extends ClientOfSide<Yours, Received, Sent> {}

export interface WebSocketClientConstructor extends Pick<typeof browser.WebSocketClient, "start"> {
  new <Yours extends object = object, Received = node.Message, Sent = Sendable>(
    options: ClientOptions<Yours, Received, Sent>,
  ): WebSocketClient<Yours, Received, Sent>;
  // biome-ignore lint/suspicious/noExplicitAny: as that of a class with type parameters is.
  readonly prototype: WebSocketClient<any, any, any>;
}

/** A WebSocket client that stays connected. Extend it to have the callbacks as methods. */
export declare const WebSocketClient: WebSocketClientConstructor;

/** Starts a client: dials at once and returns it. Throws an `OptionError` for what cannot work. */
export declare function connect<Yours extends object = object, Received = node.Message, Sent = Sendable>(
  options: ClientOptions<Yours, Received, Sent>,
): WebSocketClient<Yours, Received, Sent>;

/**
 * Lays your options over the values that we recommend for production: it never gives up, backs off, and notices when
 * nothing answers.
 *
 * @example connect(resilient({ url: "wss://example.org/feed" }))
 */
export declare function resilient<Yours extends object = object, Received = node.Message, Sent = Sendable>(
  options: ClientOptions<Yours, Received, Sent>,
): ClientOptions<Yours, Received, Sent>;

/**
 * What a client is doing, for logs and health checks.
 *
 * @example console.log(info(client).phase, info(client).rtt)
 */
export declare const info: OnNode extends true ? typeof node.info : typeof browser.info;
/** Lists the clients that were started with `supervise: true` until they are closed. */
export declare const supervisor: node.Supervisor;
/** Which side of the isomorphic package this is. */
export declare const platform:
  | (OnNode extends true ? typeof node.platform : never)
  | (InPage extends true ? typeof browser.platform : never);
/** Makes a function for `tcpOpts.proxy` that does as the environment says. Node's alone. */
export declare const proxyFromEnv: OnNode extends true ? typeof node.proxyFromEnv : undefined;
export declare const nodePlatform: OnNode extends true ? typeof node.nodePlatform : undefined;
export declare const browserPlatform: InPage extends true ? typeof browser.browserPlatform : undefined;
