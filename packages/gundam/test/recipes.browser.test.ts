// The recipes of docs/gateways.md for servers that speak protocols of their own, in browsers: greeted, heard and answered,
// through a loss of the connection.

import { expect, onTestFinished, test, vi } from "vitest";
import { commands } from "vitest/browser";
import { connectToChannel } from "../../../examples/gateways/phoenix.ts";
import { connectToMarket } from "../../../examples/gateways/rate-limits.ts";
import type { JudgeName } from "../../../examples/gateways/servers/judges.ts";
import { connectToHub, record } from "../../../examples/gateways/signalr.ts";
import { connectToSocketIo, eventPacket } from "../../../examples/gateways/socket-io.ts";
import type {} from "../../../scripts/vitest-server-commands.ts";

interface Connected {
  readonly client: {
    send(message: string): unknown;
    once(type: "disconnect", run: () => void): unknown;
    terminate(): void;
  };
  /** How it says a word. */
  readonly say: (word: string) => void;
}

type Hear = (word: unknown) => void;

const kinds: Readonly<Record<JudgeName, (url: string, hear: Hear) => Connected>> = {
  engine(url, hear) {
    const client = connectToSocketIo(url, hear);
    return { client, say: (word) => client.send(eventPacket(word)) };
  },
  hub(url, hear) {
    const client = connectToHub(url, hear);
    return { client, say: (word) => client.send(record({ type: 1, target: word, arguments: [] })) };
  },
  phoenix(url, hear) {
    const hearNews = (event: string) => event !== "phx_reply" && hear(event);
    const { client, push } = connectToChannel(`${url}?vsn=2.0.0`, "room:1", hearNews);
    return { client, say: (word) => push(word, {}) };
  },
  market(url, hear) {
    const client = connectToMarket(url, (message) => hear(JSON.parse(message).topic));
    const say = (word: string) => client.send(JSON.stringify({ id: word, type: "subscribe", topic: word }));
    return { client, say };
  },
};

test.each(Object.keys(kinds) as JudgeName[])("%s", async (name) => {
  const { id, url } = await commands.startJudge(name);
  const heard: unknown[] = [];
  const { client, say } = kinds[name](url, (word) => heard.push(word));
  onTestFinished(async () => {
    client.terminate();
    await commands.stopServer(id);
  });
  const words = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => `word ${from + index}`);
  const until = (holds: () => void) => vi.waitFor(holds, { timeout: 12_000 });
  words(0, 8).forEach(say);
  await until(() => expect(heard).toEqual(words(0, 8)));
  client.once("disconnect", () => words(8, 16).forEach(say));
  await commands.fault(id, { name: "drop" });
  await until(() => expect(heard).toEqual(words(0, 16)));
  expect(await commands.verdicts(id)).toEqual([]);
});
