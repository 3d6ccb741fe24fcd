// The opening handshake: what is sent, and every way in which it can fail.

import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import { ConnectError, OptionError, ProtocolError, RefusedError } from "@gundam/core";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { dial, echoServer, identity, open, switchingProtocols, tcpServer, trusting } from "./dialling.ts";

/** A server that answers the first bytes with these. */
async function answering(answer: string): Promise<string> {
  const port = await tcpServer((socket) => socket.once("data", () => socket.write(answer)));
  return `ws://127.0.0.1:${port}/`;
}

describe("request", () => {
  test("carries the url's path, query and host, and the given headers, one line a value", async () => {
    const server = await echoServer();
    const { listener } = dial(`${server.url}feed?a=1&b=%20`, {}, { "X-One": "1", "X-Two": ["a", "b"] });
    await listener.next("opened");
    const { url, headers } = server.record.upgrades[0]!;
    expect(url).toBe("/feed?a=1&b=%20");
    expect(headers).toMatchObject({ host: `127.0.0.1:${server.port}`, "x-one": "1", "x-two": "a, b" });
    expect(headers).not.toHaveProperty("sec-websocket-extensions");
  });

  test("Host may be set", async () => {
    const server = await echoServer();
    const { listener } = dial(server.url, {}, { Host: "virtual.example" });
    await listener.next("opened");
    expect(server.record.upgrades[0]!.headers.host).toBe("virtual.example");
  });

  test("userinfo in the url becomes Basic authorization", async () => {
    const server = await echoServer();
    await open(server.url.replace("ws://", "ws://me:p%40ss@"));
    const basic = Buffer.from("me:p@ss").toString("base64");
    expect(server.record.upgrades[0]!.headers.authorization).toBe(`Basic ${basic}`);
  });

  test.each([
    ["X-Break", "a\r\nX-Injected: b", "contains characters"],
    ["X-Break", "a\0", "contains characters"],
    ["X Break", "a", "the name of field 1 is no name"],
    ["X-Break\r\nX-Injected", "a", "the name of field 1 is no name"],
    ["Connection", "close", "belongs to the opening handshake"],
    ["upgrade", "h2c", "belongs to the opening handshake"],
    ["SEC-WEBSOCKET-KEY", "AAAA", "belongs to the opening handshake"],
    ["Content-Length", "5", "belongs to the opening handshake"],
  ])("a header %j: %j is refused before anything is dialled", async (name, value, problem) => {
    const server = await echoServer();
    const { listener } = dial(server.url, {}, { [name]: value });
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "blocked", byUs: true });
    expect(failure.error).toBeInstanceOf(OptionError);
    expect(failure.error.message).toContain(problem);
    expect(failure.error.message).not.toContain("Injected: b");
    expect(listener.all("phase")).toEqual([]);
    expect(server.record.counts.tcpConnections).toBe(0);
  });
});

describe("while a library stands in for servers", () => {
  /** As MSW's and nock's: the agent's socket asks them first, and takes what `createConnection` gave for lost. */
  function standIn(protocol: "http" | "https") {
    const library = { http, https }[protocol];
    const { request } = library;
    const agent = new library.Agent() as http.Agent & { createConnection: () => Socket };
    agent.createConnection = () => new PassThrough() as unknown as Socket;
    const intercepted = vi.fn((options: http.RequestOptions) => request({ ...options, agent }));
    library.request = intercepted as unknown as typeof request;
    onTestFinished(() => {
      library.request = request;
    });
    return { library, intercepted };
  }

  test.each([
    ["http", {}, {}],
    ["https", { tls: identity("server") }, trusting],
  ] as const)("by %s, the request leaves over our own socket", async (protocol, serverOptions, options) => {
    const server = await echoServer(serverOptions);
    const { library, intercepted } = standIn(protocol);
    await open(server.url, options);
    expect(intercepted).toHaveBeenCalledOnce();
    expect(library.request).toBe(intercepted);
    expect(server.record.upgrades[0]!.headers.host).toBe(new URL(server.url).host);
  });
});

describe("response", () => {
  test("its headers are a global Headers, the same each time", async () => {
    const server = await echoServer({ headers: { "X-Node": "7", "Set-Cookie": ["a=1", "b=2"] } });
    const { listener } = dial(server.url);
    const { headers } = await listener.next("opened");
    expect(headers).toBeInstanceOf(Headers);
    expect(headers.get("x-node")).toBe("7");
    expect((headers as Headers).getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("a subprotocol that was offered is told", async () => {
    const server = await echoServer();
    const { listener } = dial(server.url, { wsOpts: { protocols: ["chat.v2", "chat.v1"] } });
    expect(await listener.next("opened")).toMatchObject({ protocol: "chat.v2", extensions: "" });
  });

  test.each([
    [503, { "Retry-After": "5" }, 5000],
    [429, { "Retry-After": "nonsense" }, undefined],
    [404, {}, undefined],
    [302, { Location: "/elsewhere" }, undefined],
    [200, {}, undefined],
  ])("status %i is a refusal", async (status, headers, retryAfter) => {
    const server = await echoServer();
    server.refuse(status, { headers, body: "x".repeat(100_000) });
    const { listener } = dial(server.url);
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "response", phase: "upgrade", status, retryAfter, byUs: false });
    expect(failure.headers).toBeInstanceOf(Headers);
    const error = failure.error as RefusedError;
    expect(error).toBeInstanceOf(RefusedError);
    expect([error.status, error.retryAfter, error.headers]).toEqual([status, retryAfter, failure.headers]);
    await server.until(({ counts }) => counts.disconnects === 1);
  });

  test("a refusal whose body never ends is not waited for", async () => {
    const url = await answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 1000000\r\n\r\nfirst bytes");
    const { listener } = dial(url);
    expect(await listener.next("lost")).toMatchObject({ kind: "response", status: 403 });
  });

  test.each([
    ["wrong-accept", "Sec-WebSocket-Accept"],
    ["protocol=chat", "subprotocol"],
    ["garbage", ""],
  ])("a broken answer (%s) is a broken protocol", async (fault, text) => {
    const server = await echoServer();
    const { listener } = dial(`${server.url}?${fault}`);
    const failure = await listener.next("lost");
    expect(failure).toMatchObject({ kind: "protocol", phase: "upgrade", byUs: true });
    expect(failure.error).toBeInstanceOf(ProtocolError);
    expect(failure.error.message).toContain(`the opening handshake with 127.0.0.1:${server.port} failed`);
    expect(failure.error.message).toContain(text);
    expect(failure.error.cause).toBeInstanceOf(Error);
    await server.until(({ counts }) => counts.disconnects === 1);
  });

  test.each([
    ["no Connection: Upgrade", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"],
    ["another Upgrade", switchingProtocols("").replace("Upgrade: websocket", "Upgrade: h2c")],
    ["another protocol", "SSH-2.0-OpenSSH_9.2p1\r\n"],
  ])("a 101 with %s is a broken protocol", async (_, answer) => {
    const { listener } = dial(await answering(answer));
    expect(await listener.next("lost")).toMatchObject({ kind: "protocol", phase: "upgrade" });
  });

  test("an extension that was not offered is a broken protocol", async () => {
    const port = await tcpServer((socket) =>
      socket.once("data", (request) => {
        const key = /sec-websocket-key: (.*)\r\n/i.exec(String(request))![1]!;
        socket.write(switchingProtocols(key, "Sec-WebSocket-Extensions: permessage-deflate"));
      }),
    );
    const { listener } = dial(`ws://127.0.0.1:${port}/`);
    expect(await listener.next("lost")).toMatchObject({ kind: "protocol", phase: "upgrade" });
  });

  test("a header block over the limit is a broken protocol, and the option is named", async () => {
    const server = await echoServer({ headers: { "X-Large": "x".repeat(2000) } });
    const { listener } = dial(server.url, { httpOpts: { maxHeaderBlockSize: 1000 } });
    const { kind, error } = await listener.next("lost");
    expect(kind).toBe("protocol");
    expect(error.message).toContain("httpOpts.maxHeaderBlockSize");
    await open(server.url, { httpOpts: { maxHeaderBlockSize: Number.POSITIVE_INFINITY } });
  });

  test.each(["fin", "rst"] as const)(
    "TCP that ends (%s) in the middle of it is the network's doing",
    async (how) => {
      const server = await echoServer();
      server.dropAtUpgrade(how);
      const { listener } = dial(server.url);
      const failure = await listener.next("lost");
      expect(failure).toMatchObject({ kind: "network", phase: "upgrade", byUs: false });
      expect(failure.error).toBeInstanceOf(ConnectError);
      expect(failure.error.message).toContain("ended during the opening handshake (ECONNRESET)");
    },
  );

  test("a TLS server at a ws: url is a broken protocol", async () => {
    const { listener } = dial(await answering("\x15\x03\x03\x00\x02\x02\x46"));
    const { kind, error } = await listener.next("lost");
    expect(kind).toBe("protocol");
    expect(error.message).toContain("wss:");
  });
});
