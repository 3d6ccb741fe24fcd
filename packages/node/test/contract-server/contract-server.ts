// What the transport contract is run against: the echo + fault server in this process, or, where this process is not Node, in one
// that is: what is tested is a client.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { ContractRecord, ContractServer } from "@gundam/testing/contract";
import { applyFault, type EchoServerOptions, startEchoServer } from "@gundam/testing/server";

const isNode = !("bun" in process.versions || "deno" in process.versions);

/** A server for one test. */
export const startContractServer: (options: EchoServerOptions) => Promise<ContractServer> = isNode
  ? startHere
  : startOnNode;

async function startHere(options: EchoServerOptions): Promise<ContractServer> {
  const server = await startEchoServer(options);
  return {
    url: server.url,
    fault: (fault) => applyFault(server, fault),
    record: async () => server.record,
    stop: () => server.stop(),
  };
}

type Call = <Result>(name: string, ...args: unknown[]) => Promise<Result>;

let calling: Call | undefined;

async function startOnNode(options: EchoServerOptions): Promise<ContractServer> {
  calling ??= startNode();
  const call = calling;
  const url = await call<string>("start", options);
  return {
    url,
    fault: (fault) => call("fault", url, fault),
    record: () => call<ContractRecord>("record", url),
    stop: () => call("stop", url),
  };
}

/** Node is what `GUNDAM_NODE` says, or what is found by its name. */
function startNode(): Call {
  const { GUNDAM_NODE = "node" } = process.env;
  const child = spawn(GUNDAM_NODE, [join(import.meta.dirname, "command.mjs")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers = new Map<number, (result: unknown) => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, result } = JSON.parse(line) as { id: number; result: unknown };
    answers.get(id)!(result);
    answers.delete(id);
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`the servers' Node ended with ${code}`);
  });
  failed.catch(() => {});
  let calls = 0;
  return (name, ...args) => {
    const id = ++calls;
    child.stdin.write(`${JSON.stringify({ id, call: name, args })}\n`);
    const answered = new Promise<never>((resolve) => {
      answers.set(id, resolve as (result: unknown) => void);
    });
    return Promise.race([answered, failed]);
  };
}
