// The functions that give an attempt its url, its headers and its subprotocols: one bad answer is one failed attempt; and no
// error shows a secret of theirs.

import { inspect } from "node:util";
import {
  type AbortSignalLike,
  type AttemptContext,
  type GundamError,
  OptionError,
  ProviderError,
  type RequestContext,
  type State,
} from "@gundam/core";
import { settled, virtualClient, virtualWorld } from "@gundam/testing";
import { describe, expect, test } from "vitest";

const url = "ws://example.test/";

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const badUrls: [string, () => unknown][] = [
  ["nothing", () => undefined],
  ["null", () => null],
  ["a number", () => 5],
  ["an object", () => ({})],
  ["an empty string", () => ""],
  ["no url", () => "ws://["],
  ["another scheme", () => "ftp://example.test/"],
  ["a fragment", () => "ws://example.test/#top"],
  ["an href that is none", () => ({ href: "ws://[" })],
  [
    "an href that throws",
    () => ({
      get href() {
        throw new Error("in href");
      },
    }),
  ],
  ["a revoked Proxy", revoked],
  ["a promise of nothing", () => Promise.resolve()],
  [
    "a thenable that throws",
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: what a thenable is.
      then() {
        throw new Error("in then");
      },
    }),
  ],
];

const badHeaders: [string, () => unknown][] = [
  ["nothing", () => undefined],
  ["null", () => null],
  ["a number", () => 5],
  ["a string", () => "Authorization: Bearer secret"],
  ["a function", () => () => ({})],
  ["a Headers that throws", () => ({ get: () => null, forEach: () => JSON.parse("{") })],
  ["a revoked Proxy", revoked],
  ["a promise of nothing", () => Promise.resolve()],
];

const badProtocols: [string, () => unknown][] = [
  ["nothing", () => undefined],
  ["null", () => null],
  ["a string", () => "chat"],
  ["a name that is none", () => ["a chat"]],
  ["a name twice", () => ["chat", "chat"]],
  ["a function", () => () => ["chat"]],
  ["a revoked Proxy", revoked],
  ["a promise of nothing", () => Promise.resolve()],
];

type Provider = "url" | "headers" | "wsOpts.protocols";

/** `{ a: { b: value } }` for `a.b`. */
function optionsOf(path: Provider, value: unknown): object {
  return path.split(".").reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

/** A client whose first answer is bad. */
async function answered(provider: Provider, answer: () => unknown) {
  const world = virtualWorld();
  const asked: AttemptContext[] = [];
  const right = { url, headers: {}, "wsOpts.protocols": ["chat"] }[provider];
  const errors: GundamError[] = [];
  const client = virtualClient(world, {
    url,
    retry: 2,
    retryTimeout: 100,
    onError: (error: GundamError) => void errors.push(error),
    ...optionsOf(provider, (context: AttemptContext) => (asked.push(context) === 1 ? answer() : right)),
  });
  const retries: unknown[] = [];
  client.on("retry", (plan) => retries.push(plan));
  await settled(40);
  return { ...world, client, asked, errors, retries };
}

describe.each([
  ["url", badUrls],
  ["headers", badHeaders],
  ["wsOpts.protocols", badProtocols],
] as const)("a %s function that answers", (provider, answers) => {
  test.each(answers)("%s costs one attempt, and is asked again for the next", async (_, answer) => {
    const { client, network, runtime, asked, errors, retries } = await answered(provider, answer);
    expect(errors).toEqual([expect.any(ProviderError)]);
    expect(errors[0]).toMatchObject({ provider });
    expect(errors[0]!.message).toContain(`the ${provider} function failed: `);
    expect(network.transports).toHaveLength(0);
    expect(retries).toEqual([{ delay: 100, retriesLeft: 1 }]);
    await runtime.advance(100);
    network.last.open();
    await settled();
    expect(client.phase).toBe("open");
    expect(asked.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(asked[1]!.lastFailure).toMatchObject({
      kind: "provider",
      phase: "prepare",
      byUs: true,
      error: errors[0],
    });
  });

  test("badly each time is asked for as many attempts as there are, and then it is the end", async () => {
    const world = virtualWorld();
    const told: unknown[] = [];
    let times = 0;
    const options = {
      url,
      retry: 2,
      retryTimeout: 100,
      onError: ({ code }: GundamError) => void told.push(code),
      onClose: (code: number) => void told.push(code),
      ...optionsOf(provider, () => void times++),
    };
    const client = virtualClient(world, options);
    await world.runtime.advance(1000);
    expect(times).toBe(3);
    expect(told).toEqual(["ERR_PROVIDER", "ERR_PROVIDER", "ERR_PROVIDER", 1006]);
    expect(client.lastError).toBeInstanceOf(ProviderError);
    expect(world.runtime.reports).toEqual([]);
  });
});

describe("the functions of an attempt", () => {
  test("are asked one after the other, the url's first, and those that follow are told the url", async () => {
    const world = virtualWorld();
    const asked: (readonly [string, RequestContext])[] = [];
    const tell = <T>(name: string, answer: T) =>
      ((context: RequestContext) => {
        asked.push([name, context]);
        return Promise.resolve(answer);
      }) as () => Promise<T>;
    virtualClient(world, {
      url: tell("url", "http://example.test/feed"),
      headers: tell("headers", { "X-Sent": "1" }),
      wsOpts: { protocols: tell("protocols", ["chat"]) },
    });
    expect(asked.map(([name]) => name)).toEqual(["url"]);
    await settled(40);
    const told = { attempt: 1, lastFailure: undefined, signal: asked[0]![1].signal };
    expect(asked).toEqual([
      ["url", { ...told, url: undefined }],
      ["headers", { ...told, url: "ws://example.test/feed" }],
      ["protocols", { ...told, url: "ws://example.test/feed" }],
    ]);
    expect(world.network.last.request).toMatchObject({
      url: "ws://example.test/feed",
      headers: { "X-Sent": "1" },
      options: { wsOpts: { protocols: ["chat"] } },
      provided: ["url", "headers", "wsOpts.protocols"],
    });
  });

  test("are asked no more when the answer of one is not wanted any more", async () => {
    const world = virtualWorld();
    const signals: AbortSignalLike[] = [];
    let asked = 0;
    let answer = (_: readonly string[]) => {};
    const client = virtualClient(world, {
      headers: ({ signal }: RequestContext) => {
        signals.push(signal);
        return new Promise((resolve) => {
          answer = resolve as never;
        });
      },
      wsOpts: { protocols: () => [`${asked++}`] },
    });
    await client.close();
    answer([]);
    await settled();
    expect([signals.map(({ aborted }) => aborted), asked]).toEqual([[true], 0]);
  });

  test("share the time of the attempt", async () => {
    const world = virtualWorld();
    const errors: GundamError[] = [];
    virtualClient(world, {
      openTimeout: 300,
      wsOpts: { protocols: () => new Promise(() => {}) },
      onError: (error: GundamError) => void errors.push(error),
    });
    await world.runtime.advance(300);
    expect(errors).toMatchObject([{ code: "ERR_TIMEOUT", phase: "prepare" }]);
  });

  test("stay in the state, and what a callback returns beside them does not replace them", async () => {
    const world = virtualWorld();
    let asked = 0;
    const protocols = () => [`chat.v${++asked}`];
    const client = virtualClient(world, {
      retryTimeout: 0,
      wsOpts: { protocols },
      onConnect: (_: unknown, __: unknown, state: State) => ({
        ...state,
        wsOpts: { ...state.wsOpts, closingTimeout: 7 },
      }),
    });
    await settled();
    world.network.last.open();
    await settled();
    expect(client.state.wsOpts).toMatchObject({ protocols, closingTimeout: 7 });
    client.reconnect();
    await settled();
    expect(world.network.last.request.options).toMatchObject({ wsOpts: { protocols: ["chat.v2"] } });
  });
});

test("where requests have no headers, their function is not asked", async () => {
  const world = virtualWorld();
  const { headers: _, ...providers } = world.platform.providers;
  let isAsked = false;
  const headers = () => {
    isAsked = true;
    return {};
  };
  virtualClient({ ...world, platform: { ...world.platform, providers, ignored: ["headers"] } }, { headers });
  await settled();
  expect(world.network.transports).toHaveLength(1);
  expect(isAsked).toBe(false);
});

describe("an error about a url", () => {
  const token = "s3cr3t-t0k3n";
  const urls: [string, unknown][] = [
    ["of another scheme", `ftp://user:${token}@example.test/?token=${token}`],
    ["that cannot be parsed", `ws://[${token}`],
    ["with a fragment", `wss://user:${token}@example.test/feed?token=${token}#${token}`],
    ["that is relative", `/feed?token=${token}`],
    ["in an array", [`wss://example.test/?token=${token}`]],
    ["in an object", { url: `wss://example.test/?token=${token}` }],
    ["as a URL", new URL(`ftp://user:${token}@example.test/?token=${token}`)],
    ["as a symbol", Symbol(token)],
  ];

  /** All that can be seen of an error. */
  function seen(error: unknown): string {
    const words: string[] = [];
    for (let cause = error; cause !== undefined; cause = (cause as Error).cause) {
      const { message, stack, value } = cause as Error & { value?: unknown };
      words.push(message, stack!, JSON.stringify(cause), inspect(value), String(cause));
      words.push(inspect(cause, { depth: Infinity, showHidden: true }));
    }
    return words.join("\n");
  }

  test.each(urls)("%s shows nothing of it, when it is given", (_, given) => {
    const world = virtualWorld();
    let error: unknown;
    try {
      virtualClient(world, { url: given as string });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({ option: "url", value: undefined });
    expect(seen(error)).not.toContain(token);
  });

  test.each(urls)("%s shows nothing of it, when it is answered or returned", async (_, given) => {
    const world = virtualWorld();
    const errors: unknown[] = [];
    const warnings: string[] = [];
    const client = virtualClient(world, {
      retry: 1,
      retryTimeout: 0,
      url: ({ attempt }: AttemptContext) => (attempt === 1 ? (given as string) : url),
      onConnect: (_: unknown, __: unknown, state: object) => ({ ...state, uri: given }),
      onError: (error: GundamError) => void errors.push(error),
      trace: (event: object) => warnings.push(inspect(event, { depth: Infinity, showHidden: true })),
    });
    await world.runtime.advance(0);
    world.network.last.open();
    await settled();
    expect(errors.map((error) => (error as GundamError).code)).toEqual(["ERR_PROVIDER", "ERR_CALLBACK"]);
    for (const error of [...errors, client.lastError]) expect(seen(error)).not.toContain(token);
    expect(warnings.join("\n")).not.toContain(token);
  });

  test("nor does one about headers show them", () => {
    const world = virtualWorld();
    let error: unknown;
    try {
      virtualClient(world, { headers: `Authorization: Bearer ${token}` as never });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: "ERR_OPTION", option: "headers", value: undefined });
    expect(seen(error)).not.toContain(token);
  });

  test("and whoever listens to nobody is warned without it", async () => {
    const world = virtualWorld();
    virtualClient(world, { retry: 0, url: () => `ftp://user:${token}@example.test/?token=${token}` });
    await settled();
    expect(world.runtime.warnings).toHaveLength(1);
    expect(world.runtime.warnings[0]).not.toContain(token);
  });
});
