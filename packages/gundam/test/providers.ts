// What gives an attempt its url: a function that answers late, wrongly or never, on the first attempt and on the
// reconnect. One suite for Node and for browsers.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type {
  AttemptContext,
  ClientOptions,
  GundamError,
  RequestContext,
  WebSocketClient,
} from "../src/node.ts";
import { requestedOf, type StartServer, type SuiteServer } from "./suite-servers/suite-server.ts";

export interface ProviderSuite {
  readonly connect: (options: ClientOptions) => WebSocketClient;
  readonly startServer: StartServer;
}

type Answer = (context: AttemptContext) => unknown;

const hang = () => new Promise<never>(() => {});
const refuse = () => Promise.reject(new Error("no token"));

export function describeProviders({ connect, startServer }: ProviderSuite): void {
  let server: SuiteServer;
  let client: WebSocketClient;
  let errors: GundamError[];

  beforeEach(async () => {
    server = await startServer();
  });

  afterEach(async () => {
    client.terminate();
    await server.stop();
  });

  /** Starts a client whose url function answers as these do, one after the other, and then as it should. */
  function start(answers: readonly Answer[], options: Partial<ClientOptions> = {}): AttemptContext[] {
    const asked: AttemptContext[] = [];
    const url = (context: AttemptContext) => {
      asked.push(context);
      return (answers[asked.length - 1]?.(context) ?? server.url) as string;
    };
    client = connect({ retryTimeout: 20, stableAfter: 0, ...options, url });
    errors = [];
    client.on("error", (error) => errors.push(error));
    return asked;
  }

  /** The answers so far have all been used up, and the last one was right. */
  async function opened(asked: readonly AttemptContext[], times: number): Promise<void> {
    await vi.waitFor(() => expect(asked).toHaveLength(times), { timeout: 10_000 });
    await client.ready();
  }

  const right: Answer = () => undefined;

  describe.each([
    ["the first attempt", [] as Answer[]],
    ["the reconnect", [right]],
  ])("a url function, asked for %s,", (_, before) => {
    const begin = async (answer: Answer, options?: Partial<ClientOptions>) => {
      const asked = start([...before, answer], options);
      if (before.length > 0) {
        await client.ready();
        await server.fault({ name: "drop" });
      }
      return asked;
    };

    test.each<[string, Answer, string, string]>([
      ["throws", () => JSON.parse("{"), "ERR_PROVIDER", "the url function failed"],
      ["rejects", refuse, "ERR_PROVIDER", "the url function failed: no token"],
      ["answers no url", () => 5, "ERR_PROVIDER", "url must be a ws:"],
      ["answers a url of another scheme", () => "ftp://x.test/", "ERR_PROVIDER", "it has another scheme"],
    ])("%s: the attempt fails, and the next one asks again", async (_, answer, code, text) => {
      const asked = await begin(answer);
      await opened(asked, before.length + 2);
      const error = errors.at(-1)!;
      expect(error.code).toBe(code);
      expect(error.message).toContain(text);
      expect(asked.at(-1)!.lastFailure).toMatchObject({
        kind: "provider",
        phase: "prepare",
        byUs: true,
        error,
      });
    });

    test("hangs: openTimeout ends the attempt, and aborts its signal", async () => {
      const asked = await begin(hang, { openTimeout: 300, retry: Infinity });
      await opened(asked, before.length + 2);
      expect(errors.at(-1)).toMatchObject({ code: "ERR_TIMEOUT", phase: "prepare" });
      expect(asked.map(({ signal }) => signal.aborted).slice(before.length)).toEqual([true, false]);
    });

    test("hangs: close() ends it, and aborts its signal", async () => {
      const told: unknown[] = [];
      const asked = await begin(hang, { onClose: (code, reason) => told.push([code, reason]) });
      await vi.waitFor(() => expect(asked).toHaveLength(before.length + 1));
      const { signal } = asked.at(-1)!;
      const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      await client.close(4000, "enough");
      await aborted;
      expect(client.phase).toBe("closed");
      await vi.waitFor(() => expect(told).toEqual([[4000, "enough"]]));
      expect(await requestedOf(server)).toHaveLength(before.length);
    });

    test("answers too late: nobody is dialled", async () => {
      let answerLate = (_: string) => {};
      const late = () =>
        new Promise<string>((resolve) => {
          answerLate = resolve;
        });
      const asked = await begin(late, { openTimeout: 300, retry: Infinity });
      await opened(asked, before.length + 2);
      answerLate(`${server.url}?late`);
      client.send("hello");
      await new Promise((resolve) => client.once("message", resolve));
      expect((await requestedOf(server)).filter((path) => path.includes("late"))).toEqual([]);
    });
  });

  test("it is told which attempt it is, and why the last one failed", async () => {
    await server.fault({ name: "refuse", status: 503, times: 2 });
    const asked = start([]);
    await client.ready();
    expect(asked.map(({ attempt, lastFailure }) => [attempt, lastFailure?.error.code])).toEqual([
      [1, undefined],
      [2, expect.stringMatching(/^ERR_(REFUSED|CONNECT)$/)],
      [3, expect.stringMatching(/^ERR_(REFUSED|CONNECT)$/)],
    ]);
    expect(asked.every(({ signal }) => !signal.aborted)).toBe(true);
  });

  test("a subprotocols function is asked for each attempt, and told the url", async () => {
    const urls: string[] = [];
    const protocols = ({ attempt, url }: RequestContext) => {
      urls.push(url);
      return attempt === 1 ? Promise.resolve([`chat.v${urls.length}`]) : refuse();
    };
    client = connect({ url: server.url, retryTimeout: 20, stableAfter: 0, wsOpts: { protocols } });
    errors = [];
    client.on("error", (error) => errors.push(error));
    await client.ready();
    await server.fault({ name: "drop" });
    await vi.waitFor(() => expect(errors.map(({ code }) => code)).toContain("ERR_PROVIDER"), {
      timeout: 10_000,
    });
    expect(errors.at(-1)!.message).toBe("the wsOpts.protocols function failed: no token");
    expect(new Set(urls)).toEqual(new Set([client.state.uri]));
  });
}
