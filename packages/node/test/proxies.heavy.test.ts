// Proxies as they are used: squid and tinyproxy by CONNECT, squid over TLS, dante by SOCKS5.

import http from "node:http";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { info, type ProxyHeadersContext, proxyFromEnv } from "../src/index.ts";
import { all, next, start } from "./connecting.ts";
import { dial, echoServer, freePort, identity, pem } from "./dialling.ts";
import {
  credentials,
  deniedHost,
  haveRealProxies,
  type RealProxy,
  type Squid,
  startDante,
  startSquid,
  startTinyproxy,
} from "./real-proxies.ts";

const tlsOpts = { ca: pem("authority") };
const { user, password } = credentials;

const kinds = [
  ["squid", "http", startSquid],
  ["squid over TLS", "https", (options: { auth: boolean }) => startSquid({ ...options, tls: true })],
  ["tinyproxy", "http", startTinyproxy],
  ["dante", "socks5", startDante],
  ["dante", "socks5h", startDante],
] as const;

describe.runIf(haveRealProxies)("real proxies", () => {
  describe.each(kinds)("%s by %s:", (_, scheme, startProxy) => {
    let opened: RealProxy;
    let guarded: RealProxy;

    beforeAll(async () => {
      [opened, guarded] = await Promise.all([startProxy({ auth: false }), startProxy({ auth: true })]);
    }, 60_000);
    afterAll(() => Promise.all([opened?.stop(), guarded?.stop()]));

    describe.each(["ws", "wss"] as const)("to %s:", (target) => {
      test.each([
        ["nobody", () => `${scheme}://localhost:${opened.port}`],
        ["somebody", () => `${scheme}://${user}:${password}@localhost:${guarded.port}`],
      ])("lets %s through, on the reconnect too", async (_who, proxyUrl) => {
        const server = await echoServer(target === "wss" ? { tls: identity("server") } : {});
        const client = start({
          url: `${target}://localhost:${server.port}/`,
          tlsOpts,
          tcpOpts: { proxy: proxyUrl() },
        });
        await next(client, "connect");
        await echoes(client, "hello");
        await echoes(client, "x".repeat(1_000_000));
        server.drop();
        await next(client, "connect");
        await echoes(client, "again");
        if (target === "wss") expect(info(client)).toMatchObject({ tls: { sessionReused: true } });
        await client.close();
        await server.until(({ counts }) => counts.disconnects === 2);
      });
    });

    test.each([
      ["nobody", ""],
      ["the wrong one", `${user}:secret@`],
    ])("refuses %s where it wants somebody", async (_who, userinfo) => {
      const proxy = `${scheme}://${userinfo}localhost:${guarded.port}`;
      const { listener } = dial("ws://127.0.0.1:9/", { tlsOpts, tcpOpts: { proxy } });
      const lost = await listener.next("lost");
      expect(lost).toMatchObject({ kind: "proxy", phase: "proxy", byUs: false });
      expect(lost.error.message).toContain("tcpOpts.proxy");
      expect(inspect(lost, { depth: 10 })).not.toContain("secret");
    });

    test("says that nothing listens at the target", async () => {
      const server = await echoServer();
      await server.stop();
      const proxy = `${scheme}://localhost:${opened.port}`;
      const { listener } = dial(`ws://127.0.0.1:${server.port}/`, { tlsOpts, tcpOpts: { proxy } });
      expect(await listener.next("lost")).toMatchObject({ kind: "proxy", phase: "proxy" });
    });
  });

  test.each(kinds.filter(([, scheme]) => scheme.startsWith("http")))(
    "%s by %s is answered with what it asks for, on the reconnect too",
    async (_, scheme, startProxy) => {
      const guarded = await startProxy({ auth: true });
      onTestFinished(() => guarded.stop());
      const server = await echoServer({ tls: identity("server") });
      const asked: (string | undefined)[] = [];
      const client = start({
        url: `wss://localhost:${server.port}/`,
        tlsOpts,
        tcpOpts: {
          proxy: `${scheme}://localhost:${guarded.port}`,
          proxyHeaders: async ({ response }) => {
            const challenge = response?.headers.get("proxy-authenticate")?.split(" ")[0];
            asked.push(challenge);
            return challenge === undefined ? undefined : { "Proxy-Authorization": basic(password) };
          },
        },
      });
      await next(client, "connect");
      await echoes(client, "hello");
      server.drop();
      await next(client, "connect");
      await echoes(client, "again");
      expect(asked).toEqual([undefined, "Basic", undefined, "Basic"]);
      await client.close();
    },
  );
});

describe.runIf(haveRealProxies)("squid", () => {
  let squid: Squid;

  beforeAll(async () => {
    squid = await startSquid({ auth: true });
  }, 60_000);
  afterAll(() => squid?.stop());

  const at = () => `http://localhost:${squid.port}`;

  test("takes an answer to its 407 on the same connection", async () => {
    const server = await echoServer();
    const { listener } = dial(server.url, {
      tcpOpts: {
        proxy: at(),
        proxyHeaders: ({ response }: ProxyHeadersContext) =>
          response && { "Proxy-Authorization": basic(password) },
      },
    });
    await listener.next("opened");
    expect(listener.all("phase").map(({ phase }) => phase)).toEqual(["lookup", "tcp", "proxy", "upgrade"]);
  });

  test("has another password now: the function learns of it from the 407, on the reconnect", async () => {
    const server = await echoServer();
    const known: string[] = [password];
    const asked: (number | undefined)[] = [];
    const client = start({
      url: server.url,
      tcpOpts: {
        proxy: at(),
        proxyHeaders: ({ response }) => {
          asked.push(response?.status);
          if (response !== undefined) known.push("looking-glass");
          return { "Proxy-Authorization": basic(known.at(-1)!) };
        },
      },
    });
    await next(client, "connect");
    squid.changePassword("looking-glass");
    // For a second squid believes what it knows.
    await vi.waitFor(async () => expect(await answerTo(squid, password)).toBe(407), {
      timeout: 10_000,
      interval: 100,
    });
    server.drop();
    await next(client, "connect");
    await echoes(client, "again");
    expect(asked).toEqual([undefined, undefined, 407]);
    await client.close();
    squid.changePassword("wonderland");
  });

  test("asks in vain: a client that can say nothing else ends", async () => {
    const client = start({ url: "ws://127.0.0.1:9/", retry: 5, tcpOpts: { proxy: at() } });
    const errors = all(client, "error");
    await next(client, "close");
    expect(errors.map(({ message }) => message)).toEqual([
      `the proxy localhost:${squid.port} refused to connect us to 127.0.0.1:9 (407 Proxy Authentication Required): it asks for Basic; give a user and a password in tcpOpts.proxy`,
    ]);
  });

  test("leads nobody to a place that its rules deny, and is asked again, for they may change", async () => {
    const proxy = `http://${user}:${password}@localhost:${squid.port}`;
    const client = start({ url: `wss://${deniedHost}/`, retry: 1, tcpOpts: { proxy } });
    const errors = all(client, "error");
    await next(client, "close");
    const text = `the proxy localhost:${squid.port} refused to connect us to ${deniedHost}:443 (403 Forbidden): it does not let us go there; ask who runs it`;
    expect(errors.map(({ message }) => message)).toEqual([text, text]);
  });
});

describe.runIf(haveRealProxies)("a function that chooses", () => {
  let squid: Squid;
  let tinyproxy: RealProxy;
  let dante: RealProxy;

  beforeAll(async () => {
    [squid, tinyproxy, dante] = await Promise.all([
      startSquid({ auth: true }),
      startTinyproxy({ auth: false }),
      startDante({ auth: false }),
    ]);
  }, 60_000);
  afterAll(() => Promise.all([squid, tinyproxy, dante].map((proxy) => proxy?.stop())));
  afterEach(() => vi.unstubAllEnvs());

  test("goes from one that fails to the next, to wss: through each of them, and directly at last", async () => {
    const server = await echoServer({ tls: identity("server") });
    const ways = [
      `http://localhost:${squid.port}`,
      `http://localhost:${await freePort()}`,
      `http://localhost:${tinyproxy.port}`,
      `socks5h://localhost:${dante.port}`,
      undefined,
    ];
    const failed: (number | string | undefined)[] = [];
    let way = 0;
    const client = start({
      url: `wss://localhost:${server.port}/`,
      tlsOpts,
      tcpOpts: {
        proxy({ lastFailure }) {
          if (way > 0) failed.push(lastFailure?.status ?? lastFailure?.phase);
          return ways[way++];
        },
      },
    });
    for (let connection = 0; connection < 3; connection++) {
      await next(client, "connect");
      await echoes(client, "hello");
      if (connection < 2) server.drop();
    }
    expect(failed).toEqual([407, "tcp", "open", "open"]);
    await client.close();
  });

  test("may be the environment's word", async () => {
    const server = await echoServer();
    vi.stubEnv("no_proxy", "");
    vi.stubEnv("ws_proxy", `${user}:${password}@localhost:${squid.port}`);
    const client = start({ url: server.url, tcpOpts: { proxy: proxyFromEnv() } });
    const phases = all(client, "phase");
    await next(client, "connect");
    await echoes(client, "through squid");
    vi.stubEnv("ws_proxy", `socks5://localhost:${dante.port}`);
    server.drop();
    await next(client, "connect");
    await echoes(client, "through dante");
    const passed = phases.filter(({ phase, type }) => phase === "proxy" && type === "end");
    expect(passed.map(({ error }) => error)).toEqual([undefined, undefined]);
    await client.close();
  });
});

/** How squid answers this password. */
function answerTo({ port }: Squid, password: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { "Proxy-Authorization": basic(password) };
    const request = http.request({ port, method: "CONNECT", path: "127.0.0.1:9", headers });
    request.on("connect", ({ statusCode }, socket) => {
      socket.destroy();
      resolve(statusCode!);
    });
    request.on("error", reject).end();
  });
}

function basic(password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

async function echoes(client: ReturnType<typeof start>, text: string): Promise<void> {
  const echo = next(client, "message");
  client.send(text);
  expect((await echo) === text).toBe(true);
}
