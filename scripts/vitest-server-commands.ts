// Vitest browser commands: a test in a browser starts its own echo + fault server in Vitest's Node process, applies
// any fault to it by name, reads what it has seen, and stops it. What a test leaves running ends with Vitest.

import path from "node:path";
import type { applyFault, EchoServer, EchoServerOptions, ServerRecord } from "@gundam/testing/server";
import { isRunnableDevEnvironment } from "vite";
import type { BrowserCommand, BrowserCommandContext } from "vitest/node";
import type { Guard, GuardOptions } from "../examples/authentication/servers/guard.ts";
import type { Judge, JudgeName } from "../examples/gateways/servers/judges.ts";
import type { NumberedServer } from "../packages/gundam/test/handover/numbered-server.ts";
import type { StreamRecord, Strike } from "../packages/gundam/test/handover/numbered-words.ts";
import type { GraphqlServer } from "../packages/gundam/test/integration/graphql-server.ts";

/** A started server: `id` names it to the other commands. */
export interface StartedServer {
  readonly id: string;
  readonly url: string;
}

type Fault = Parameters<typeof applyFault>[1];

/** A value as it reaches the browser: bytes as an array of numbers, an error as its message. */
type Plain<Value> = Value extends Uint8Array
  ? number[]
  : Value extends Error
    ? string
    : Value extends object
      ? { [Key in keyof Value]: Plain<Value[Key]> }
      : Value;

/** What a server has seen: its counts and lists. */
export type RecordSnapshot = Plain<
  Pick<ServerRecord, "counts" | "upgrades" | "messages" | "pings" | "pongs" | "closes" | "violations">
>;

declare module "vitest/browser" {
  interface BrowserCommands {
    startServer(options?: EchoServerOptions): Promise<StartedServer>;
    /** Applies a fault to a server; resolves when it has taken effect. */
    fault(id: string, fault: Fault): Promise<void>;
    serverRecord(id: string): Promise<RecordSnapshot>;
    stopServer(id: string): Promise<void>;
    /** A server of a recipe, which is also one to the commands above. */
    startJudge(name: JudgeName): Promise<StartedServer>;
    /** Why it has closed connections. */
    verdicts(id: string): Promise<readonly string[]>;
    /** A server that wants tokens, which is also one to the commands above. `tokens`: where they are given. */
    startGuard(options: GuardOptions): Promise<StartedServer & { readonly tokens: string }>;
    expireTokens(id: string, code: number): Promise<void>;
    givenTokens(id: string): Promise<readonly string[]>;
    /** The other commands that take a server's id take this one's, too. */
    startNumberedServer(): Promise<StartedServer>;
    strikeNumberedServer(id: string, strike: Strike): Promise<void>;
    /** Has it send no more numbers. */
    finishNumberedServer(id: string): Promise<void>;
    numberedServerRecord(id: string, name: string): Promise<StreamRecord>;
    startGraphqlServer(): Promise<StartedServer>;
    /** Drops the links of such a server, stops it, or only counts: those that there were, and those that there are. */
    onGraphqlServer(
      id: string,
      action: "count" | "drop" | "stop",
    ): Promise<{ readonly total: number; readonly open: number }>;
    /** The text of a module: a program that imports `gundam`, with all that it imports. */
    bundled(program: string): Promise<string>;
  }
}

const root = path.resolve(import.meta.dirname, "..");
const servers = new Map<string, EchoServer>();
const judges = new Map<string, Judge>();
const guards = new Map<string, Guard>();
const numberedServers = new Map<string, NumberedServer>();
const graphqlServers = new Map<string, GraphqlServer>();
let stopsOnClose = false;

const startServer: BrowserCommand<[options?: EchoServerOptions]> = async ({ project }, options) => {
  const { startEchoServer } = await serverModule(project);
  stopOnClose(project);
  const server = await startEchoServer(options);
  servers.set(server.url, server);
  return { id: server.url, url: server.url };
};

const fault: BrowserCommand<[id: string, fault: Fault]> = async ({ project }, id, fault) => {
  const { applyFault } = await serverModule(project);
  await applyFault(serverOf(id), fault);
};

const serverRecord: BrowserCommand<[id: string]> = (_context, id): RecordSnapshot => {
  const { counts, upgrades, messages, pings, pongs, closes, violations } = serverOf(id).record;
  return plain({ counts, upgrades, messages, pings, pongs, closes, violations });
};

const stopServer: BrowserCommand<[id: string]> = async (_context, id) => {
  await serverOf(id).stop();
  await guards.get(id)?.stop();
  await numberedServers.get(id)?.stop();
  servers.delete(id);
  guards.delete(id);
  numberedServers.delete(id);
};

const startJudge: BrowserCommand<[name: JudgeName]> = async ({ project }, name) => {
  const { judges: kinds }: typeof import("../examples/gateways/servers/judges.ts") = await moduleOf(
    project,
    path.resolve(root, "examples/gateways/servers/judges.ts"),
  );
  stopOnClose(project);
  const judge = await kinds[name]();
  servers.set(judge.url, judge.server);
  judges.set(judge.url, judge);
  return { id: judge.url, url: judge.url };
};

const verdicts: BrowserCommand<[id: string]> = (_context, id) => judges.get(id)!.verdicts;

const startGuard: BrowserCommand<[options: GuardOptions]> = async ({ project }, options) => {
  const { startGuard }: typeof import("../examples/authentication/servers/guard.ts") = await moduleOf(
    project,
    path.resolve(root, "examples/authentication/servers/guard.ts"),
  );
  stopOnClose(project);
  const guard = await startGuard(options);
  const { url, tokens, server } = guard;
  servers.set(url, server);
  guards.set(url, guard);
  return { id: url, url, tokens };
};

const expireTokens: BrowserCommand<[id: string, code: number]> = (_context, id, code) =>
  guards.get(id)!.expire(code);

const givenTokens: BrowserCommand<[id: string]> = (_context, id) => guards.get(id)!.given;

const startNumberedServer: BrowserCommand<[]> = async ({ project }) => {
  const { startNumberedServer }: typeof import("../packages/gundam/test/handover/numbered-server.ts") =
    await moduleOf(project, path.resolve(root, "packages/gundam/test/handover/numbered-server.ts"));
  stopOnClose(project);
  const server = await startNumberedServer();
  const { url } = server.echo;
  servers.set(url, server.echo);
  numberedServers.set(url, server);
  return { id: url, url };
};

const strikeNumberedServer: BrowserCommand<[id: string, strike: Strike]> = (_context, id, strike) =>
  numberedServers.get(id)!.strike(strike);

const finishNumberedServer: BrowserCommand<[id: string]> = (_context, id) =>
  numberedServers.get(id)!.finish();

const numberedServerRecord: BrowserCommand<[id: string, name: string]> = (_context, id, name) =>
  numberedServers.get(id)!.recordOf(name);

const startGraphqlServer: BrowserCommand<[]> = async ({ project }) => {
  const { startGraphqlServer }: typeof import("../packages/gundam/test/integration/graphql-server.ts") =
    await moduleOf(project, path.resolve(root, "packages/gundam/test/integration/graphql-server.ts"));
  stopOnClose(project);
  const server = await startGraphqlServer();
  graphqlServers.set(server.url, server);
  return { id: server.url, url: server.url };
};

const onGraphqlServer: BrowserCommand<[id: string, action: "count" | "drop" | "stop"]> = async (
  _context,
  id,
  action,
) => {
  const server = graphqlServers.get(id);
  if (server === undefined) throw new Error(`There is no server ${id}: it was stopped, or never started.`);
  if (action === "drop") server.tcp.drop();
  if (action === "stop") {
    graphqlServers.delete(id);
    await server.stop();
  }
  return { total: server.tcp.total, open: server.tcp.open };
};

const bundled: BrowserCommand<[program: string]> = async ({ project }, program) => {
  const { bundled }: typeof import("../packages/gundam/test/bundled.ts") = await moduleOf(
    project,
    path.resolve(root, "packages/gundam/test/bundled.ts"),
  );
  return bundled(program, "browser");
};

export const serverCommands = {
  startServer,
  fault,
  serverRecord,
  stopServer,
  startJudge,
  verdicts,
  startGuard,
  expireTokens,
  givenTokens,
  startNumberedServer,
  strikeNumberedServer,
  finishNumberedServer,
  numberedServerRecord,
  startGraphqlServer,
  onGraphqlServer,
  bundled,
};

/** The server, from its source: what the configuration imports, Node would look for in dist. */
function serverModule(
  project: BrowserCommandContext["project"],
): Promise<typeof import("@gundam/testing/server")> {
  return moduleOf(project, "@gundam/testing/server");
}

function moduleOf<Module>(project: BrowserCommandContext["project"], name: string): Promise<Module> {
  const { ssr } = project.vite.environments;
  if (!isRunnableDevEnvironment(ssr)) throw new Error("Vite's ssr environment cannot run modules.");
  return ssr.runner.import(name);
}

function serverOf(id: string): EchoServer {
  const server = servers.get(id);
  if (server === undefined) throw new Error(`There is no server ${id}: it was stopped, or never started.`);
  return server;
}

function stopOnClose({ vitest }: BrowserCommandContext["project"]): void {
  if (!stopsOnClose) vitest.onClose(stopAll);
  stopsOnClose = true;
}

async function stopAll(): Promise<void> {
  const all = [
    ...servers.values(),
    ...guards.values(),
    ...numberedServers.values(),
    ...graphqlServers.values(),
  ];
  await Promise.all(all.map((server) => server.stop()));
  servers.clear();
  judges.clear();
  guards.clear();
  numberedServers.clear();
  graphqlServers.clear();
}

function plain<Value>(value: Value): Plain<Value> {
  return JSON.parse(JSON.stringify(value, replace)) as Plain<Value>;
}

function replace(_key: string, value: unknown): unknown {
  if (value instanceof Error) return value.message;
  // What a Buffer makes of itself for JSON.
  const isBuffer = typeof value === "object" && value !== null && "type" in value && value.type === "Buffer";
  return isBuffer && "data" in value ? value.data : value;
}
