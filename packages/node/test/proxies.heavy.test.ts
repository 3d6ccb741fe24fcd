// Proxies as they are used: squid and tinyproxy by CONNECT, squid over TLS, dante by SOCKS5.

import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { info } from "../src/index.ts";
import { next, start } from "./connecting.ts";
import { dial, echoServer, identity, pem } from "./dialling.ts";
import {
  credentials,
  haveRealProxies,
  type RealProxy,
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
});

async function echoes(client: ReturnType<typeof start>, text: string): Promise<void> {
  const echo = next(client, "message");
  client.send(text);
  expect((await echo) === text).toBe(true);
}
