// A Vite plugin: the dev server's own echo + fault server, and the page's line to it (src/server/server-protocol.ts).
// Only pages that this very dev server served, on a loopback host, may watch or break it; the echo server itself is
// loopback only.

import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { EchoServer, Fault } from "@gundam/testing/server";
import type { NumberedStreams, StreamRecord } from "@gundam/testing/streams";
import { createServerModuleRunner, type Plugin } from "vite";
import { streamPace } from "./src/race/pace.ts";
import {
  type FaultRequest,
  faultRequestOf,
  type ServerState,
  type Sight,
  type StreamEvents,
  serverMeta,
  serverPath,
} from "./src/server/server-protocol.ts";
import { StandingFaults } from "./src/server/standing-faults.ts";

export interface EmbeddedServerOptions {
  /** The port that the shared echo server prefers; any free one when it is taken, or for 0. */
  readonly port: number;
  /** Origins of pages that may connect to it beside those on loopback hosts. */
  readonly allowOrigins: readonly string[];
}

type Server = Pick<typeof import("@gundam/testing/server"), "startEchoServer" | "applyFault" | "faults">;
type Streams = Pick<typeof import("@gundam/testing/streams"), "NumberedStreams">;
type Testing = Server & Streams;

/** Echo servers at a time; each page that asks for its own has one. */
const MOST_STAGES = 32;
/** Bytes of a posted fault. */
const MOST_BYTES = 64 * 1024;

export function embeddedServer(options: EmbeddedServerOptions): Plugin {
  return {
    name: "gundam:embedded-server",
    apply: "serve",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { name: serverMeta, content: serverPath }, injectTo: "head" },
    ],
    /** What the server is loaded with, below, knows modules alone, and this is none. */
    load(id) {
      if (!id.endsWith("/isomorphic-ws/node.js")) return;
      return `import { createRequire } from "node:module";
        export default createRequire(import.meta.url)(${JSON.stringify(id)});`;
    },
    async configureServer(vite) {
      // From its source: what this file imported itself, Node would look for in dist. It stays as it was loaded.
      const runner = createServerModuleRunner(vite.environments.ssr, { hmr: false });
      const testing = {
        ...(await runner.import<Server>("@gundam/testing/server")),
        ...(await runner.import<Streams>("@gundam/testing/streams")),
      };
      const stages = new Map<string, Stage>();
      const shared = await Stage.start(testing, options);
      stages.set(shared.id, shared);
      vite.httpServer?.once("close", () => {
        for (const stage of stages.values()) void stage.stop();
        void runner.close();
      });
      vite.middlewares.use(serverPath, (request, response, next) => {
        answer(request, response, testing, stages, shared).catch(next);
      });
      const printUrls = vite.printUrls.bind(vite);
      vite.printUrls = () => {
        printUrls();
        vite.config.logger.info(`  ➜  Echo server to break: ${shared.server.url}`);
      };
    },
  };
}

/** An echo server, the faults that hold on it, and the pages that watch it. */
class Stage {
  readonly id: string = randomUUID();
  readonly server: EchoServer;
  readonly #testing: Testing;
  readonly #standing: StandingFaults = new StandingFaults();
  readonly #watchers: Set<ServerResponse> = new Set();
  #streams: NumberedStreams | undefined;
  #streamTimer: NodeJS.Timeout | undefined;
  #told = "";

  static async start(testing: Testing, options: EmbeddedServerOptions): Promise<Stage> {
    const server = await testing.startEchoServer(options).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EADDRINUSE") throw error;
      return testing.startEchoServer({ ...options, port: 0 });
    });
    return new Stage(testing, server);
  }

  private constructor(testing: Testing, server: EchoServer) {
    this.#testing = testing;
    this.server = server;
    server.on("upgradeSpoiled", ({ connection, fault }) =>
      this.#tell({ type: "spoiled", connection, fault: faultRequestOf(fault) }),
    );
    server.on("opened", ({ id }) => this.#tell({ type: "opened", connection: id }));
    server.on("closeReceived", ({ connection, code, reason }) =>
      this.#tell({ type: "closeReceived", connection, code, reason }),
    );
    server.on("disconnected", ({ connection }) => this.#tell({ type: "disconnected", connection }));
    server.on("wentAway", () => this.#tell({ type: "wentAway" }));
    server.on("cameBack", () => this.#tell({ type: "cameBack" }));
  }

  get #state(): ServerState {
    const { url, isListening, connections } = this.server;
    return { url, isListening, connections: connections.length, standing: this.#standing.all };
  }

  watch(watcher: ServerResponse): void {
    this.#watchers.add(watcher);
    watcher.once("close", () => this.#watchers.delete(watcher));
    const path = `${serverPath}/${this.id}`;
    write(watcher, "hello", { faultsPath: `${path}/faults`, streamsPath: `${path}/streams` });
    write(watcher, "state", this.#state);
  }

  async apply(fault: FaultRequest): Promise<void> {
    this.#tell({ type: "fault", fault });
    await this.#testing.applyFault(this.server, fault as Fault);
    const { scope } = this.#testing.faults.find(({ name }) => name === fault.name)!;
    this.#standing.note(fault, scope);
    this.#tellState();
  }

  /** From now on each client is sent a numbered stream, and is not echoed. */
  number(): void {
    const streams = new this.#testing.NumberedStreams();
    this.server.mute();
    this.server.on("opened", (connection) => streams.opened(connection));
    this.server.on("messageReceived", ({ connection, data }) => streams.received(connection, data));
    this.server.on("disconnected", ({ connection }) => streams.disconnected(connection));
    this.#streamTimer = setInterval(() => streams.send(), streamPace);
    this.#streams = streams;
  }

  /** What has been counted of each client; undefined where nothing is. */
  get streams(): Readonly<Record<string, StreamRecord>> | undefined {
    return this.#streams?.records;
  }

  /** Sends no more numbers. */
  finishStreams(): void {
    clearInterval(this.#streamTimer);
  }

  async stop(): Promise<void> {
    this.finishStreams();
    for (const watcher of this.#watchers) watcher.end();
    await this.server.stop();
  }

  #tell(sight: Sight): void {
    for (const watcher of this.#watchers) write(watcher, "sight", sight);
    // Once the server has done what it was about to do.
    setImmediate(() => this.#tellState());
  }

  #tellState(): void {
    const state = this.#state;
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    for (const watcher of this.#watchers) write(watcher, "state", state);
  }
}

function write<Type extends keyof StreamEvents>(
  to: ServerResponse,
  type: Type,
  event: StreamEvents[Type],
): void {
  to.write(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  testing: Testing,
  stages: Map<string, Stage>,
  shared: Stage,
): Promise<void> {
  if (!isFromOurPage(request)) {
    return refuse(response, 403, "only the playground's own page, on a loopback host, may ask for this");
  }
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (request.method === "GET" && pathname === "/") {
    if (searchParams.has("shared")) return stream(response, shared);
    if (stages.size >= MOST_STAGES)
      return refuse(
        response,
        503,
        "too many pages have a server of their own; add ?shared to the page's address",
      );
    const stage = await Stage.start(testing, { port: 0, allowOrigins: [] });
    if (searchParams.has("numbered")) stage.number();
    return streamOwn(response, stage, stages);
  }
  const [, id = "", what] = /^\/([\w-]+)\/(faults|streams)$/.exec(pathname) ?? [];
  const stage = stages.get(id);
  if (stage === undefined) return refuse(response, 404, "there is no such server; reload the page");
  if (what === "streams") return tellStreams(request, response, stage);
  if (request.method !== "POST") return refuse(response, 405, "faults are posted");
  if (request.headers["content-type"] !== "application/json") return refuse(response, 415, "a fault is JSON");
  try {
    await stage.apply(readFault(await readBody(request)));
    response.writeHead(204).end();
  } catch (error) {
    refuse(response, 400, (error as Error).message);
  }
}

function tellStreams({ method }: IncomingMessage, response: ServerResponse, stage: Stage): void {
  if (method === "POST") stage.finishStreams();
  if (stage.streams === undefined) return refuse(response, 404, "this server numbers nothing");
  response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(JSON.stringify(stage.streams));
}

/** Other sites can make a browser send requests here, and rebind their name to 127.0.0.1: hence Host and Origin. */
function isFromOurPage({ method, headers }: IncomingMessage): boolean {
  const { host = "", origin, "sec-fetch-site": site = "same-origin" } = headers;
  if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host) || site !== "same-origin") return false;
  // Browsers leave Origin out of a same-origin GET.
  return origin === `http://${host}` || (origin === undefined && method === "GET");
}

function stream(response: ServerResponse, stage: Stage): void {
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
  stage.watch(response);
}

function streamOwn(response: ServerResponse, stage: Stage, stages: Map<string, Stage>): void {
  stages.set(stage.id, stage);
  const end = () => {
    stages.delete(stage.id);
    void stage.stop();
  };
  // The page may have gone while its server was being started.
  if (response.destroyed) return end();
  response.once("close", end);
  stream(response, stage);
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) {
    body += chunk;
    if (body.length > MOST_BYTES) throw new Error("the fault is too large");
  }
  return body;
}

/** Only its shape; the fault's name and arguments are the fault server's to check. */
function readFault(body: string): FaultRequest {
  const fault: unknown = JSON.parse(body);
  if (typeof fault === "object" && fault !== null && "name" in fault && typeof fault.name === "string") {
    return fault as FaultRequest;
  }
  throw new Error('a fault is an object with a name, e.g. { "name": "drop" }');
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify({ error }));
}
