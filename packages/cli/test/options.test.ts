// Each option that is handed on, by what the server saw of it.

import { createPrivateKey } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { identity, pem, pemPath } from "@gundam/testing/certificates";
import { describe, expect, onTestFinished, test } from "vitest";
import { tcpServer } from "../../node/test/dialling.ts";
import { connectProxy, socksProxy } from "../../node/test/proxies.ts";
import { echoServer, gundam, start } from "./world.ts";

/** Sends a message and waits for its echo; the server's record has the rest. */
const once = ["-q", "-x", "hello", "-n", "1"];

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), "gundam-cli-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

async function fileWith(text: string): Promise<string> {
  const file = path.join(await folder(), "file");
  writeFileSync(file, text);
  return file;
}

describe("of the request", () => {
  test("--header: each field, as often as it is given", async () => {
    const server = await echoServer();
    const fields = ["-H", "X-One: 1", "--header", "X-Two: a: b", "-H", "X-One: 2"];
    expect(await gundam([...once, ...fields, server.url])).toMatchObject({ code: 0, stdout: "hello\n" });
    expect(server.record.upgrades[0]!.headers).toMatchObject({ "x-one": "1, 2", "x-two": "a: b" });
  });

  test("--header @file: a field of each line", async () => {
    const server = await echoServer();
    const file = await fileWith("Authorization: Bearer secret\r\n\nX-Two: 2\n");
    await gundam([...once, "-H", `@${file}`, server.url]);
    expect(server.record.upgrades[0]!.headers).toMatchObject({
      authorization: "Bearer secret",
      "x-two": "2",
    });
  });

  test("--subprotocol: offered in their order, and told which one was taken", async () => {
    const server = await echoServer({ protocols: ["b"] });
    const { stderr } = await gundam(["-x", "hello", "-n", "1", "-s", "a", "--subprotocol", "b", server.url]);
    expect(server.record.upgrades[0]!.headers["sec-websocket-protocol"]).toBe("a,b");
    expect(stderr).toContain("subprotocol b");
  });

  test("--origin", async () => {
    const server = await echoServer();
    await gundam([...once, "-o", "https://app.example", server.url]);
    expect(server.record.upgrades[0]!.headers.origin).toBe("https://app.example");
  });

  test.each([
    ["--auth", () => ({ args: ["--auth", "user:pass:word"] })],
    ["--auth-file", async () => ({ args: ["--auth-file", await fileWith("user:pass:word\n")] })],
    ["GUNDAM_AUTH", () => ({ args: [], env: { GUNDAM_AUTH: "user:pass:word" } })],
  ])("%s: as HTTP Basic", async (_, give) => {
    const server = await echoServer();
    const { args, ...given } = await give();
    await gundam([...once, ...args, server.url], given);
    const expected = `Basic ${Buffer.from("user:pass:word").toString("base64")}`;
    expect(server.record.upgrades[0]!.headers.authorization).toBe(expected);
  });

  test("--max-redirects: so many are followed", async () => {
    const server = await echoServer();
    const redirecting = `${server.url}?refuse=302&header=Location:/there`;
    const { code } = await gundam([...once, "--max-redirects", "1", redirecting]);
    expect(code).toBe(0);
    expect(server.record.upgrades.map(({ url }) => url.replace(/\?.*/, ""))).toEqual(["/", "/there"]);
  });

  test("--compress: offered, and used", async () => {
    const server = await echoServer({ perMessageDeflate: true });
    const { stderr } = await gundam(["--compress", "-x", "hello", "-n", "1", server.url]);
    expect(server.record.upgrades[0]!.headers["sec-websocket-extensions"]).toContain("permessage-deflate");
    expect(stderr).toContain("compressed");
  });

  test("--unix-socket", async () => {
    const server = await echoServer();
    const socketPath = path.join(await folder(), "socket");
    const relay = net.createServer((socket) => {
      const onward = net.connect(server.port, "127.0.0.1");
      socket.pipe(onward).pipe(socket);
    });
    await new Promise<void>((resolve) => relay.listen(socketPath, resolve));
    onTestFinished(() => void relay.close());
    const { code } = await gundam([...once, "--unix-socket", socketPath, "ws://example.invalid/"]);
    expect(code).toBe(0);
    expect(server.record.upgrades[0]!.headers.host).toBe("example.invalid");
  });

  test("a url without a scheme is ws: on this machine", async () => {
    const server = await echoServer();
    expect(await gundam([...once, `localhost:${server.port}`])).toMatchObject({ code: 0 });
  });
});

describe("of the way there", () => {
  test("--proxy http:, with credentials", async () => {
    const server = await echoServer();
    const proxy = await connectProxy({ only: { user: "me", password: "p@ss" } });
    const { code } = await gundam([
      ...once,
      "--proxy",
      `http://me:p%40ss@127.0.0.1:${proxy.port}`,
      server.url,
    ]);
    expect(code).toBe(0);
    expect(proxy.destinations).toEqual([`127.0.0.1:${server.port}`]);
  });

  test("--proxy socks5h:", async () => {
    const server = await echoServer();
    const proxy = await socksProxy();
    await gundam([...once, "--proxy", `socks5h://127.0.0.1:${proxy.port}`, `ws://localhost:${server.port}/`]);
    expect(proxy.destinations).toEqual([`localhost:${server.port}`]);
  });

  test("--proxy env: what the environment says", async () => {
    const server = await echoServer();
    const proxy = await connectProxy();
    process.env.ws_proxy = `http://127.0.0.1:${proxy.port}`;
    onTestFinished(() => void delete process.env.ws_proxy);
    await gundam([...once, "--proxy", "env", server.url]);
    expect(proxy.destinations).toEqual([`127.0.0.1:${server.port}`]);
  });
});

describe("of TLS", () => {
  test("--ca: an authority of one's own", async () => {
    const server = await echoServer({ tls: identity("server") });
    expect(await gundam([...once, "--ca", pemPath("authority"), server.url])).toMatchObject({ code: 0 });
  });

  test("--insecure: whatever the certificate is", async () => {
    const server = await echoServer({ tls: identity("wrong-host") });
    expect(await gundam([...once, server.url])).toMatchObject({ code: 1 });
    expect(await gundam([...once, "--insecure", server.url])).toMatchObject({ code: 0 });
  });

  test("--servername: asked for, and what the certificate is checked against", async () => {
    const asked: string[] = [];
    const SNICallback = (name: string, answer: (error: null) => void) => {
      asked.push(name);
      answer(null);
    };
    const server = await echoServer({ tls: { ...identity("wrong-host"), SNICallback } });
    const trusting = ["--ca", pemPath("authority"), "--servername", "elsewhere.example"];
    expect(await gundam([...once, ...trusting, server.url])).toMatchObject({ code: 0 });
    expect(asked).toEqual(["elsewhere.example"]);
  });

  test.each([
    ["--passphrase", (phrase: string) => ({ args: ["--passphrase", phrase] })],
    [
      "--passphrase-file",
      async (phrase: string) => ({ args: ["--passphrase-file", await fileWith(phrase)] }),
    ],
    ["GUNDAM_PASSPHRASE", (phrase: string) => ({ args: [], env: { GUNDAM_PASSPHRASE: phrase } })],
  ])("--cert and --key, and the key's %s", async (_, give) => {
    // It serves nobody who shows no certificate.
    const server = await echoServer({
      tls: { ...identity("server"), ca: pem("authority"), requestCert: true },
    });
    const ca = ["--ca", pemPath("authority")];
    expect(await gundam([...once, ...ca, server.url])).toMatchObject({ code: 1 });
    const { args, ...given } = await give("open");
    const key = await fileWith(encryptedKey("open"));
    const own = ["--cert", pemPath("client"), "--key", key, ...args];
    expect(await gundam([...once, ...ca, ...own, server.url], given)).toMatchObject({ code: 0 });
  });
});

function encryptedKey(passphrase: string): string {
  const key = createPrivateKey(pem("client-key"));
  return String(key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }));
}

describe("of the connection", () => {
  test("without --retry the first connection is tried once", async () => {
    const server = await echoServer();
    expect(await gundam([`${server.url}?refuse=503`])).toMatchObject({ code: 1 });
    expect(server.record.counts.upgrades).toBe(1);
  });

  test("--retry: so many times, the first connection too", async () => {
    const server = await echoServer();
    const { code, stderr } = await gundam(["--retry", "2", `${server.url}?refuse=503`]);
    expect(code).toBe(1);
    expect(server.record.counts.upgrades).toBe(3);
    expect(stderr).toContain("HTTP status 503; trying again");
    expect(stderr).toContain("the same again, trying again");
  });

  test("without --no-retry a connection that was lost is tried again, with it not", async () => {
    const server = await echoServer();
    server.dropAtOpen("fin", { times: 1 });
    const running = start(["-n", "1", server.url]);
    await running.told("connected again");
    server.push("hello");
    expect(await running.ended).toMatchObject({ code: 0, stdout: "hello\n" });
    expect(server.record.counts.opens).toBe(2);
    server.dropAtOpen("fin", { times: 1 });
    expect(await gundam(["-n", "1", "--no-retry", server.url])).toMatchObject({ code: 1 });
    expect(server.record.counts.opens).toBe(3);
  });

  test("several urls: the next one when one does not answer", async () => {
    const server = await echoServer();
    const { code, stderr } = await gundam([
      "-x",
      "hello",
      "-n",
      "1",
      `${server.url}?refuse=503`,
      `${server.url}there`,
    ]);
    expect(code).toBe(0);
    expect(server.record.upgrades.at(-1)!.url).toBe("/there");
    expect(stderr).toContain(`trying ${server.url}there at once`);
  });

  test("--open-timeout and --connect-timeout end an attempt that hangs", async () => {
    const server = await echoServer();
    const stalled = await gundam(["--open-timeout", "0.1", `${server.url}?stall`]);
    expect(stalled).toMatchObject({ code: 1 });
    expect(stalled.stderr).toMatch(/took longer than --open-timeout \(100 ms\)/);
    const proxy = await tcpServer(() => {});
    const args = ["--connect-timeout", "0.1", "--proxy", `http://127.0.0.1:${proxy}`, server.url];
    expect((await gundam(args)).stderr).toMatch(/took longer than --connect-timeout \(100 ms\)/);
  });

  test("--keepalive: pings a silent server; and 0: never", async () => {
    const server = await echoServer();
    const running = start(["--keepalive", "0.05", "--wait", "forever", server.url]);
    await server.until(({ counts }) => counts.pings >= 2);
    running.signal("SIGINT");
    expect(await running.ended).toMatchObject({ code: 0 });
    server.record.clear();
    expect(await gundam([...once, "--keepalive", "0", server.url])).toMatchObject({ code: 0 });
    expect(server.record.counts).toMatchObject({ messages: 1, pings: 0 });
  });

  test("--heartbeat: a text to a silent server", async () => {
    const server = await echoServer();
    const running = start(["--heartbeat", "are, you there?,0.05", "--wait", "forever", `${server.url}?mute`]);
    await server.until(({ counts }) => counts.messages >= 1);
    running.signal("SIGINT");
    await running.ended;
    expect(server.record.messages[0]!.data).toBe("are, you there?");
  });

  test("--max-payload: a larger message is not taken", async () => {
    const server = await echoServer();
    const args = ["-x", "12345678", "-n", "1", "--no-retry"];
    const { code, stderr } = await gundam([...args, "--max-payload", "7", server.url]);
    expect(code).toBe(1);
    expect(stderr).toContain("--max-payload");
    expect(await gundam([...args, "--max-payload", "8", server.url])).toMatchObject({ code: 0 });
  });
});
