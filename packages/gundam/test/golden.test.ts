// What the original was seen to do, where we mean to do the same: each scenario by its letter, against a real server.
// What we do otherwise is in docs/differences.md, by the same letters; together they are all that was observed. What takes
// long is in golden.heavy.test.ts.

import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { badFrames, closeFrame, type EchoServer, frame, opcodes } from "@gundam/testing/server";
import { describe, expect, test, vi } from "vitest";
import { answeringServer, next } from "../../node/test/connecting.ts";
import {
  echoServer,
  freePort,
  fullServer,
  identity,
  switchingProtocols,
  upgradingServer,
} from "../../node/test/dialling.ts";
import { supervisor, updateFlow } from "../src/node.ts";
import { play } from "./golden.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 10_000, interval: 5 });

/** A server that has gone away. */
async function nobody(): Promise<EchoServer> {
  const server = await echoServer();
  server.goAway();
  return server;
}

describe("reconnecting", () => {
  test("(a) after the server's Close 1000 the client is back at once, however often", async () => {
    const server = await echoServer();
    const { client, told, delays } = play({ url: server.url, retry: 2 });
    for (let cycle = 1; cycle <= 7; cycle++) {
      await client.ready();
      client.send("hello");
      await next(client, "message");
      const back = next(client, "connect");
      server.closeAll(1000, "bye");
      await back;
    }
    const cycle = ["connect", "hello", ["disconnect", 1000]];
    expect(told.slice(0, 21)).toEqual(Array(7).fill(cycle).flat());
    expect(delays).toEqual(Array(7).fill(0));
    expect(client.lastClose).toMatchObject({ code: 1000, reason: "bye", wasClean: true });
  });

  test.each(["fin", "rst"] as const)("(b) after a %s too, and both look the same", async (how) => {
    const server = await echoServer();
    const { client, told, delays } = play({ url: server.url });
    await client.ready();
    server.drop(how);
    await next(client, "connect");
    await client.ready();
    expect(told.filter((word) => word !== "ERR_CONNECT")).toEqual([
      "connect",
      ["disconnect", 1006],
      "connect",
    ]);
    expect(delays).toEqual([0]);
  });

  test("(c) a server that stays away is tried at once, and then after retryTimeout each", async () => {
    const server = await echoServer();
    const { client, told, delays } = play({ url: server.url, retry: 3, retryTimeout: 200 });
    await client.ready();
    server.goAway();
    await next(client, "close");
    expect(delays).toEqual([0, 200, 200]);
    expect(told.filter((word) => word === "ERR_CONNECT")).toHaveLength(4);
  });

  test("(d) one that was never there is tried once and five times more", async () => {
    const { client, told, delays } = play({ url: (await nobody()).url, retryTimeout: 100 });
    await next(client, "close");
    expect(delays).toEqual([100, 100, 100, 100, 100]);
    expect(told).toEqual([...Array(6).fill("ERR_CONNECT"), ["close", 1006]]);
  });

  test("(e) with retry 0 once, and retryFun is not asked", async () => {
    const retryFun = vi.fn(() => ({ retries: 5, timeout: 0 }));
    const { client, told } = play({ url: (await nobody()).url, retry: 0, retryFun });
    await next(client, "close");
    expect(told).toEqual(["ERR_CONNECT", ["close", 1006]]);
    expect(retryFun).not.toHaveBeenCalled();
  });
});

describe("retryFun", () => {
  test("(f) is asked with 3, 2 and 1 retries left, and plans the first wait too", async () => {
    const asked: number[] = [];
    const retryFun = (left: number) => {
      asked.push(left);
      return { retries: left - 1, timeout: 50 + 100 * (3 - left) };
    };
    const { client, delays } = play({ url: (await nobody()).url, retry: 3, retryFun });
    await next(client, "close");
    expect(asked).toEqual([3, 2, 1]);
    expect(delays).toEqual([50, 150, 250]);
  });

  test("(f2) may return 0 retries: one last attempt", async () => {
    const retryFun = vi.fn(() => ({ retries: 0, timeout: 100 }));
    const { client, told, delays } = play({ url: (await nobody()).url, retry: 3, retryFun });
    await next(client, "close");
    expect(told).toEqual(["ERR_CONNECT", "ERR_CONNECT", ["close", 1006]]);
    expect(delays).toEqual([100]);
    expect(retryFun).toHaveBeenCalledTimes(1);
  });

  test("(f3) may return more than it was given, and then there is no end", async () => {
    const asked: number[] = [];
    const retryFun = (left: number) => {
      asked.push(left);
      return { retries: left + 1, timeout: 20 };
    };
    const { client } = play({ url: (await nobody()).url, retry: 3, retryFun });
    await until(() => expect(asked.slice(0, 6)).toEqual([3, 4, 5, 6, 7, 8]));
    expect(client.phase).not.toBe("closed");
  });

  test("(f6) has the whole budget again after a connection that worked", async () => {
    const server = await nobody();
    const asked: number[] = [];
    const retryFun = (left: number) => {
      asked.push(left);
      return { retries: left - 1, timeout: 20 };
    };
    const { client } = play({ url: server.url, retry: 10, retryFun });
    await until(() => expect(asked).toHaveLength(3));
    await server.comeBack();
    await client.ready();
    const before = asked.length;
    server.goAway();
    await until(() => expect(asked.length).toBeGreaterThanOrEqual(before + 3));
    expect(asked.slice(0, 3)).toEqual([10, 9, 8]);
    expect(asked.slice(before, before + 3)).toEqual([10, 9, 8]);
  });
});

describe("connecting", () => {
  test.each([403, 200, 301])(
    "(g) %i in answer to the upgrade is the end, told by onClose",
    async (status) => {
      const server = await echoServer();
      server.refuse(status);
      const { client, told } = play({ url: server.url });
      await next(client, "close");
      expect(told).toEqual(["ERR_REFUSED", ["close", status]]);
      expect(server.record.counts.tcpConnections).toBe(1);
    },
  );

  test("(h) connectTimeout bounds each attempt at a host that does not answer", async () => {
    const port = await freePort();
    await fullServer("127.0.0.1", port);
    const options = { connectTimeout: 200, retry: 2, retryTimeout: 50 };
    const { client, told } = play({ url: `ws://127.0.0.1:${port}/`, ...options });
    await next(client, "close");
    expect(told).toEqual([...Array(3).fill("ERR_TIMEOUT"), ["close", 1006]]);
  });

  test("(j') tlsHandshakeTimeout bounds each TLS handshake that hangs", async () => {
    const server = await echoServer({ tls: identity("server") });
    server.stallAtAccept();
    const options = { tlsHandshakeTimeout: 200, retry: 1, retryTimeout: 50 };
    const { client, told } = play({ url: server.url, ...options });
    await next(client, "close");
    expect(told).toEqual(["ERR_TIMEOUT", "ERR_TIMEOUT", ["close", 1006]]);
  });

  test("(o) subprotocols are offered, and the selected one is told; compression is offered, and may be declined", async () => {
    const server = await echoServer({ protocols: ["chat"] });
    const { client } = play({
      url: server.url,
      wsOpts: { protocols: ["superchat", "chat"], compress: true },
    });
    expect(await next(client, "connect")).toMatchObject({ protocol: "chat", extensions: "" });
    expect(server.record.upgrades[0]!.headers).toMatchObject({
      "sec-websocket-protocol": "superchat,chat",
      "sec-websocket-extensions": expect.stringMatching(/^permessage-deflate; client_max_window_bits/),
    });
    await client.ready();
    client.send("hello");
    expect(await next(client, "message")).toBe("hello");
  });

  test("(p) cookies of the 101 are sent on the reconnect; without a store none", async () => {
    const server = await answeringServer(({ request }) =>
      switchingProtocols(
        request.headers["sec-websocket-key"]!,
        "Set-Cookie: sid=abc123",
        "Set-Cookie: s2=zz",
      ),
    );
    const kept = new Map<string, string>();
    const cookieStore = {
      getCookieString: () => [...kept].map(([name, value]) => `${name}=${value}`).join("; "),
      setCookie: (cookie: string) => void kept.set(...(cookie.split("=") as [string, string])),
    };
    for (const options of [{ cookieStore }, {}]) {
      const { client } = play({ url: server.url, ...options });
      await client.ready();
      server.drop();
      await next(client, "connect");
      client.terminate();
    }
    expect(server.values("cookie")).toEqual([undefined, "sid=abc123; s2=zz", undefined, undefined]);
  });
});

describe("pings", () => {
  test("(l') keepalive pings a quiet peer, again and again", async () => {
    const server = await echoServer();
    const { told } = play({ url: server.url, wsOpts: { keepalive: 50 } });
    await server.until(({ counts }) => counts.pings >= 4);
    expect(told).toEqual(["connect"]);
  });

  test("(l'') the peer's are answered with their payload, and told only with silencePings: false", async () => {
    const server = await echoServer();
    for (const silencePings of [true, false]) {
      const { client } = play({ url: server.url, wsOpts: { silencePings } });
      const pings: string[] = [];
      client.on("ping", (data) => pings.push(new TextDecoder().decode(data)));
      await client.ready();
      server.record.clear();
      server.ping("still there?");
      server.push("after it");
      await next(client, "message");
      await server.until(({ counts }) => counts.pongs === 1);
      expect(server.record.pongs[0]!.data.toString()).toBe("still there?");
      expect(pings).toEqual(silencePings ? [] : ["still there?"]);
      await client.close();
    }
  });
});

describe("bad frames", () => {
  const not1002: Readonly<Record<string, string>> = {
    "bad-utf8": "1007",
    "bad-close-reason": "1007",
    "bad-length": "1009",
  };
  const those = (code: string) =>
    Object.keys(badFrames).filter((name) => (not1002[name] ?? "1002") === code) as (keyof typeof badFrames)[];

  test.each(those("1002"))("(m) %s is answered with Close 1002", async (name) => {
    expect(await answerTo(name)).toBe(1002);
  });

  test.each(those("1007"))("(m') %s is answered with Close 1007", async (name) => {
    expect(await answerTo(name)).toBe(1007);
  });

  async function answerTo(name: keyof typeof badFrames): Promise<number> {
    const server = await echoServer();
    const { client, told } = play({ url: server.url });
    await client.ready();
    server.sendRaw(badFrames[name]);
    const { code } = await server.waitFor("closeReceived");
    await next(client, "connect");
    expect(told.slice(0, 3)).toEqual(["connect", "ERR_PROTOCOL", ["disconnect", code]]);
    return code;
  }
});

describe("closing", () => {
  test("(n) closingTimeout is how long a silent server is waited for", async () => {
    const server = await echoServer();
    server.ignoreClose();
    const { client, told } = play({ url: server.url, wsOpts: { closingTimeout: 300 } });
    await client.ready();
    const begin = performance.now();
    await client.close(1000, "bye");
    expect(performance.now() - begin).toBeGreaterThan(290);
    expect(server.record.closes).toMatchObject([{ code: 1000, reason: "bye" }]);
    await until(() => expect(told).toEqual(["connect", ["close", 1000]]));
  });

  test("(n'') a server that closes and keeps TCP up is answered, and TCP ends at once", async () => {
    const received: Buffer[] = [];
    let ended = () => {};
    const end = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const url = await upgradingServer((socket) => {
      socket.on("data", (data) => received.push(data)).on("end", ended);
      if (received.length === 0) socket.write(closeFrame(1000, "bye"));
    });
    const { told } = play({ url });
    await end;
    // FIN, Close, masked, and as many bytes as code and reason take.
    expect([...Buffer.concat(received).subarray(0, 2)]).toEqual([0x88, 0x80 | 5]);
    await until(() => expect(told.slice(0, 3)).toEqual(["connect", ["disconnect", 1000], "connect"]));
  });

  test("(n3) a shutdown closes with 1001 and waits for the server no longer than it may", async () => {
    const server = await echoServer();
    server.ignoreClose();
    const { client, told } = play({ url: server.url });
    await client.ready();
    await supervisor.shutdown({ timeout: 200 });
    expect(server.record.closes).toMatchObject([{ code: 1001 }]);
    await until(() => expect(told).toEqual(["connect", ["close", 1001]]));
    expect(supervisor.children()).toEqual([]);
  });
});

describe("messages", () => {
  test("(v) flow is counted by message and looked at by read, and TCP holds the server back", async () => {
    const megabyte = frame(opcodes.text, "x".repeat(1024 * 1024));
    let connected = (_: Socket) => {};
    const accepted = new Promise<Socket>((resolve) => {
      connected = resolve;
    });
    const url = await upgradingServer((socket) => connected(socket));
    const { client, told } = play({ url, wsOpts: { flow: 3 } });
    const socket = await accepted;
    await client.ready();
    // One write, and so one read.
    socket.write(Buffer.concat(Array(10).fill(frame(opcodes.text, "hi"))));
    await until(() => expect(told.length).toBeGreaterThanOrEqual(4));
    expect(told).toEqual(["connect", ...Array(10).fill("hi")]);
    const hundred = Promise.race([
      new Promise((resolve) => socket.write(Buffer.concat(Array(100).fill(megabyte)), resolve)),
      new Promise((resolve) => setTimeout(resolve, 500, "held back")),
    ]);
    expect(await hundred).toBe("held back");
    expect(told).toHaveLength(11);
    updateFlow(client, 8);
    await next(client, "message");
  });
});

test("every scenario that was observed is here or in docs/differences.md", () => {
  const observed =
    `a a' b c c' d e f f2 f3 f4 f5 f6 f7 g g' g2 g3 g4 h h' i j j' j'' j3 k l l' l'' l3 m m' m'' m3 n n' n''
    n3 n4 o o' p q q' q'' r s s' t u v v'`.split(/\s+/);
  const read = (file: string) => readFileSync(new URL(file, import.meta.url), "utf8");
  const tests = read("./golden.test.ts") + read("./golden.heavy.test.ts");
  const lists = [
    ...tests.matchAll(/^ *test.*"\(([a-v]\d?'*)\) /gm),
    ...read("../../../docs/differences.md").matchAll(/\(([a-v]\d?'*(?:, [a-v]\d?'*)*)\)/g),
  ];
  const told = lists.flatMap(([, letters]) => letters!.split(", "));
  expect(observed.filter((letter) => !told.includes(letter))).toEqual([]);
  expect(told.filter((letter) => !observed.includes(letter))).toEqual([]);
});
