import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import { identity } from "../../src/certificates.ts";
import {
  type BadFrame,
  badFrames,
  closeFrame,
  type EchoServer,
  type EchoServerOptions,
  fragments,
  frame,
  opcodes,
  startEchoServer,
} from "../../src/server/index.ts";
import { ServerRecord } from "../../src/server/record.ts";
import { BareClient, closed, failure, message, open, refused, roundTrip } from "./clients.ts";

const servers: EchoServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options: EchoServerOptions = {}): Promise<EchoServer> {
  const server = await startEchoServer(options);
  servers.push(server);
  return server;
}

/** All that was under way when it was called has been handled: a new client has had an echo. */
async function settled(server: EchoServer): Promise<void> {
  const witness = await open(server.url);
  await roundTrip(witness, "settled");
  witness.terminate();
}

describe("without faults", () => {
  it("echoes text and binary, and records both in order", async () => {
    const server = await start();
    const client = await open(server.url);
    expect(await roundTrip(client, "grüße")).toBe("grüße");
    const echo = message(client);
    client.send(Buffer.from([1, 0, 255]));
    expect(await echo).toEqual(Buffer.from([1, 0, 255]));
    expect(server.record.messagesOf(1)).toEqual(["grüße", Buffer.from([1, 0, 255])]);
  });

  it("answers a Close with its code and ends TCP first", async () => {
    const server = await start();
    const client = await open(server.url);
    const end = closed(client);
    client.close(4000, "done");
    expect(await end).toEqual({ code: 4000, reason: "" });
    await server.until(({ counts }) => counts.disconnects === 1);
    expect(server.record.closes).toEqual([{ connection: 1, code: 4000, reason: "done" }]);
    expect(server.connections).toEqual([]);
  });

  it("answers a ping with its data", async () => {
    const server = await start();
    const client = await open(server.url);
    const pong = once(client, "pong");
    client.ping("42");
    expect(String((await pong)[0])).toBe("42");
    expect(server.record.pings).toEqual([{ connection: 1, data: Buffer.from("42") }]);
  });

  it("pings its clients and records their pongs", async () => {
    const server = await start();
    await open(server.url);
    server.ping("7");
    expect(await server.waitFor("pongReceived")).toEqual({ connection: 1, data: Buffer.from("7") });
  });

  it("records the upgrade request's url and headers, and adds its own headers to the 101", async () => {
    const server = await start({ headers: { "Set-Cookie": ["a=1", "b=2"] } });
    const client = new WebSocket(`${server.url}room?id=1`, { headers: { Cookie: "s=1" } });
    const [response] = await once(client, "upgrade");
    expect(response.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
    const [request] = server.record.upgrades;
    expect(request?.url).toBe("/room?id=1");
    expect(request?.headers.cookie).toBe("s=1");
  });

  it("compresses when asked to", async () => {
    const server = await start({ perMessageDeflate: true });
    const client = await open(server.url);
    expect(client.extensions).toBe("permessage-deflate");
    expect((await roundTrip(client, "x".repeat(100_000))).length).toBe(100_000);
  });

  it("answers a Close after what is still being compressed", async () => {
    const server = await start({ perMessageDeflate: true });
    const client = await open(server.url);
    let echoes = 0;
    client.on("message", () => {
      echoes += 1;
    });
    const end = closed(client);
    for (let index = 0; index < 50; index += 1) client.send("x".repeat(50_000));
    client.close(4000);
    expect((await end).code).toBe(4000);
    expect(echoes).toBe(50);
  });

  it("echoes a message of 8 MiB, and many at once in order", async () => {
    const server = await start();
    const client = await open(server.url);
    expect((await roundTrip(client, "x".repeat(8 * 1024 * 1024))).length).toBe(8 * 1024 * 1024);
    const received: string[] = [];
    client.on("message", (data) => received.push(String(data)));
    const sent = Array.from({ length: 5000 }, (_, index) => String(index));
    for (const text of sent) client.send(text);
    await server.until(({ counts }) => counts.messages === 5001);
    await roundTrip(client, "last");
    expect(received).toEqual([...sent, "last"]);
  });

  it("tells a plain HTTP request what it is", async () => {
    const server = await start();
    const response = await fetch(server.url.replace("ws", "http"));
    expect(response.status).toBe(426);
    expect(await response.text()).toContain("?refuse=503");
  });

  it("refuses an upgrade to something else", async () => {
    const server = await start();
    const bare = new BareClient(server.port, "/ HTTP/1.1\r\nSec-WebSocket-Version: 12\r\nX:");
    expect(await bare.ended).toBe("fin");
    expect(bare.text).toMatch(/^HTTP\/1.1 4/);
  });

  const fragment = (opcode: number) => frame(opcode, "x", { fin: false, mask: true });

  it.each<[string, number, Buffer]>([
    ["does not mask", 1002, frame(opcodes.text, "plain")],
    ["sends text that is not UTF-8", 1007, frame(opcodes.text, Buffer.from([0xff]), { mask: true })],
    [
      "sends fragments without end",
      1008,
      Buffer.concat([
        fragment(opcodes.text),
        ...Array.from({ length: 20_000 }, () => fragment(opcodes.continuation)),
      ]),
    ],
    ["announces a message of 1 GiB", 1009, Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 1, 2, 3, 4])],
  ])("a client that %s is told %d", async (_, code, bytes) => {
    const server = await start();
    const bare = new BareClient(server.port);
    await server.waitFor("opened");
    bare.socket.write(bytes);
    expect(await bare.frames(4)).toEqual(closeFrame(code));
    expect(await bare.ended).toBe("fin");
    expect(server.record.violations.map(({ error }) => error.closeCode)).toEqual([code]);
  });

  it("reads no more than it can answer, and goes on when the client reads", async () => {
    const server = await start();
    const client = await open(server.url);
    client.pause();
    const echoes = new Promise<void>((resolve) => {
      let count = 0;
      client.on("message", () => {
        count += 1;
        if (count === 64) resolve();
      });
    });
    for (let index = 0; index < 64; index += 1) client.send(Buffer.alloc(1024 * 1024, index));
    await server.until(({ counts }) => counts.messages >= 4);
    await settled(server);
    expect(client.bufferedAmount).toBeGreaterThan(0);
    client.resume();
    await echoes;
    expect(server.record.counts.messages).toBe(65);
  });
});

describe("subprotocols", () => {
  it("selects the client's first when it supports any", async () => {
    const server = await start();
    expect((await open(server.url, ["b", "a"])).protocol).toBe("b");
  });

  it("selects the client's first that it supports", async () => {
    const server = await start({ protocols: ["a", "c"] });
    expect((await open(server.url, ["b", "c", "a"])).protocol).toBe("c");
  });

  it("selects none when told so", async () => {
    const server = await start();
    server.selectProtocol("none");
    expect((await failure(server.url, ["a"])).message).toMatch(/no subprotocol/i);
  });

  it("selects one that was not offered when told so", async () => {
    const server = await start();
    server.selectProtocol("wrong", { times: 1 });
    expect((await failure(server.url, ["a"])).message).toMatch(/invalid subprotocol/i);
    expect((await open(server.url, ["a"])).protocol).toBe("a");
  });
});

describe("faults of live connections", () => {
  it("closes with any code and reason", async () => {
    const server = await start();
    const client = await open(server.url);
    server.closeAll(4001, "bye");
    expect(await closed(client)).toEqual({ code: 4001, reason: "bye" });
    await server.until(({ counts }) => counts.disconnects === 1);
  });

  it("closes with a code that is not allowed", async () => {
    const server = await start();
    const client = await open(server.url);
    server.closeAll(1006);
    expect(await closed(client)).toEqual({ code: 1006, reason: "" });
    await server.until(({ counts }) => counts.closes === 1);
    expect(server.record.closes[0]?.code).toBe(1002);
  });

  it.each([1005, 0, 65_535])("closes with %d on the wire", async (code) => {
    const server = await start();
    const bare = new BareClient(server.port);
    await server.waitFor("opened");
    server.closeAll(code, "why");
    expect(await bare.frames(7)).toEqual(closeFrame(code, "why"));
    bare.socket.destroy();
  });

  it("sends Close and keeps TCP up even when it is answered", async () => {
    const server = await start();
    const bare = new BareClient(server.port);
    await server.waitFor("opened");
    server.closeAllWithoutFin(1001, "");
    expect(await bare.frames(4)).toEqual(closeFrame(1001));
    bare.socket.write(frame(opcodes.close, "", { mask: true }));
    await server.waitFor("closeReceived");
    await settled(server);
    expect(bare.isEnded).toBe(false);
    bare.socket.destroy();
  });

  it("drops by FIN", async () => {
    const server = await start();
    const bare = new BareClient(server.port);
    await server.waitFor("opened");
    server.drop("fin");
    expect(await bare.ended).toBe("fin");
    expect(server.connections).toEqual([]);
  });

  it("drops by RST", async () => {
    const server = await start();
    const bare = new BareClient(server.port);
    // With bytes still unread, Node's client would take the RST for a FIN.
    await bare.frames(0);
    server.drop("rst");
    expect(await bare.ended).toBe("ECONNRESET");
  });

  it("drops by RST what it has just dropped by FIN", async () => {
    const server = await start();
    await open(server.url);
    server.drop("fin");
    server.drop("rst");
    await server.until(({ counts }) => counts.disconnects === 1);
  });

  it("drops one connection and leaves the others", async () => {
    const server = await start();
    const first = await open(server.url);
    const second = await open(server.url);
    server.connections[0]?.drop();
    expect((await closed(first)).code).toBe(1006);
    expect(await roundTrip(second, "still here")).toBe("still here");
  });

  it("goes silent, and speaks again late and in order", async () => {
    const server = await start();
    const client = await open(server.url);
    server.silence();
    const received: string[] = [];
    client.on("message", (data) => received.push(String(data)));
    client.on("pong", () => received.push("pong"));
    client.send("into the void");
    client.ping();
    server.push("never mind");
    await settled(server);
    expect(received).toEqual([]);
    expect(server.record.messagesOf(1)).toEqual([]);
    expect(client.readyState).toBe(WebSocket.OPEN);

    const pong = once(client, "pong");
    server.speak();
    await pong;
    expect(received).toEqual(["never mind", "into the void", "pong"]);
  });

  it("stops reading, so that the client's messages pile up", async () => {
    const server = await start();
    const client = await open(server.url);
    server.stopReading();
    const size = 8 * 1024 * 1024;
    const echo = message(client);
    client.send("x".repeat(size));
    await settled(server);
    expect(client.bufferedAmount).toBeGreaterThan(0);
    server.resumeReading();
    expect((await echo).length).toBe(size);
  });

  it("sends slowly, in pieces", async () => {
    const server = await start();
    const bare = new BareClient(server.port);
    await server.waitFor("opened");
    server.slow(1000);
    const before = bare.chunks.length;
    server.push("x".repeat(100));
    expect(await bare.frames(102)).toEqual(frame(opcodes.text, "x".repeat(100)));
    expect(bare.chunks.length - before).toBeGreaterThan(1);
    bare.socket.destroy();
  });

  it("refuses to send at no rate at all", async () => {
    const server = await start();
    expect(() => server.slow(0)).toThrow("bytesPerSecond must be a positive number, not 0");
  });

  it("pushes a message to all", async () => {
    const server = await start();
    const clients = [await open(server.url), await open(server.url)];
    const messages = Promise.all(clients.map(message));
    server.push("news");
    expect(await messages).toEqual(["news", "news"]);
  });

  it("floods", async () => {
    const server = await start();
    const client = await open(server.url);
    const received: string[] = [];
    client.on("message", (data) => received.push(String(data)));
    server.flood(1000);
    await roundTrip(client, "end");
    expect(received).toHaveLength(1001);
    expect(received.slice(0, 2)).toEqual(["message 1", "message 2"]);
  });

  it("echoes nothing when mute, and still answers pings", async () => {
    const server = await start();
    const client = await open(server.url);
    server.mute();
    const received: unknown[] = [];
    client.on("message", (data) => received.push(data));
    client.send("hello?");
    const pong = once(client, "pong");
    client.ping();
    await pong;
    expect(received).toEqual([]);
    expect(server.record.messagesOf(1)).toEqual(["hello?"]);
  });

  it("ignores pings, and still echoes", async () => {
    const server = await start();
    const client = await open(server.url);
    server.ignorePings();
    let pongs = 0;
    client.on("pong", () => {
      pongs += 1;
    });
    client.ping();
    await roundTrip(client, "after the ping");
    expect(pongs).toBe(0);
  });

  it("closes with 1008 whoever sends faster than it allows, over whatever connections", async () => {
    const server = await start();
    server.limitRate(3, 600_000);
    expect(await roundTrip(await open(server.url), "1")).toBe("1");
    const client = await open(server.url);
    for (const message of ["2", "3", "4", "5"]) client.send(message);
    expect(await closed(client)).toEqual({ code: 1008, reason: "too many messages" });
    await server.behave();
    expect(await roundTrip(await open(server.url), "well")).toBe("well");
  });

  it("reads a Close and never answers it", async () => {
    const server = await start();
    const bare = new BareClient(server.port);
    await server.waitFor("opened");
    server.ignoreClose();
    bare.socket.write(frame(opcodes.close, Buffer.from([0x0f, 0xa0]), { mask: true }));
    expect(await server.waitFor("closeReceived")).toMatchObject({ code: 4000 });
    await settled(server);
    expect(bare.isEnded).toBe(false);
    expect(await bare.frames(0)).toHaveLength(0);
    bare.socket.destroy();
  });

  it("answers a Close and never ends TCP", async () => {
    const server = await start();
    server.keepTcp();
    const bare = new BareClient(server.port);
    await server.waitFor("opened");
    bare.socket.write(frame(opcodes.close, Buffer.from([0x0f, 0xa0]), { mask: true }));
    expect(await bare.frames(4)).toEqual(closeFrame(4000));
    await settled(server);
    expect(bare.isEnded).toBe(false);
    bare.socket.destroy();
  });

  it.each(Object.keys(badFrames) as BadFrame[])(
    "sends a frame that a client must refuse: %s",
    async (name) => {
      const server = await start();
      const client = await open(server.url);
      const error = once(client, "error");
      server.sendRaw(badFrames[name]);
      expect((await error)[0]).toHaveProperty("code", expect.stringMatching(/^WS_ERR/));
    },
  );

  it("sends a message in fragments", async () => {
    const server = await start();
    const client = await open(server.url);
    const whole = message(client);
    server.sendRaw(fragments("a", "b", "c"));
    expect(await whole).toBe("abc");
  });
});

describe("faults of connections to come", () => {
  it("accepts TCP and says nothing", async () => {
    const server = await start();
    server.stallAtAccept({ times: 1 });
    const client = new WebSocket(server.url);
    client.on("error", () => {});
    await server.waitFor("connected");
    await settled(server);
    expect(client.readyState).toBe(WebSocket.CONNECTING);
    expect(server.record.upgrades.map(({ connection }) => connection)).toEqual([2]);
    client.terminate();
    await server.until(({ counts }) => counts.disconnects === 2);
  });

  it("accepts TCP and drops it at once", async () => {
    const server = await start();
    server.dropAtAccept("fin", { times: 1 });
    expect((await failure(server.url)).message).toMatch(/socket hang up/);
    server.dropAtAccept("rst", { times: 1 });
    expect((await failure(server.url)).code).toBe("ECONNRESET");
    await settled(server);
  });

  it("refuses with status, headers and body", async () => {
    const server = await start();
    server.refuse(503, { headers: { "Retry-After": "5", "Set-Cookie": ["a=1", "b=2"] }, body: "busy" });
    const refusal = await refused(server.url);
    expect(refusal).toMatchObject({ status: 503, body: "busy" });
    expect(refusal.headers).toMatchObject({ "retry-after": "5", "set-cookie": ["a=1", "b=2"] });
    await server.behave();
    await settled(server);
  });

  it("refuses the next requests only", async () => {
    const server = await start();
    server.refuse(401, { times: 2 });
    expect((await refused(server.url)).status).toBe(401);
    expect((await refused(server.url)).body).toBe("Unauthorized");
    await settled(server);
    expect(server.record.counts).toMatchObject({ upgrades: 3, spoiled: 2 });
  });

  it("redirects", async () => {
    const server = await start();
    server.refuse(302, { headers: { Location: "/elsewhere" }, times: 1 });
    const client = new WebSocket(server.url, { followRedirects: true });
    await once(client, "open");
    expect(server.record.upgrades.map(({ url }) => url)).toEqual(["/", "/elsewhere"]);
  });

  it("never answers the upgrade", async () => {
    const server = await start();
    server.stallAtUpgrade({ times: 1 });
    const client = new WebSocket(server.url);
    client.on("error", () => {});
    await server.waitFor("upgradeRequested");
    await settled(server);
    expect(client.readyState).toBe(WebSocket.CONNECTING);
    client.terminate();
    await server.until(({ counts }) => counts.disconnects === 2);
  });

  it("answers garbage", async () => {
    const server = await start();
    server.garbageAtUpgrade();
    expect((await failure(server.url)).code).toMatch(/^HPE_/);
  });

  it("answers another key", async () => {
    const server = await start();
    server.wrongAcceptAtUpgrade();
    expect((await failure(server.url)).message).toMatch(/Sec-WebSocket-Accept/);
  });

  it("drops in the middle of the upgrade", async () => {
    const server = await start();
    server.dropAtUpgrade("fin");
    const bare = new BareClient(server.port);
    expect(await bare.ended).toBe("fin");
    expect(bare.text).toMatch(/^HTTP\/1.1 101/);
    expect(bare.text).not.toContain("\r\n\r\n");
    server.dropAtUpgrade("rst");
    expect((await failure(server.url)).code).toBe("ECONNRESET");
  });

  it("drops right after the upgrade", async () => {
    const server = await start();
    server.dropAtOpen("fin");
    const bare = new BareClient(server.port);
    expect(await bare.ended).toBe("fin");
    expect(bare.text).toContain("\r\n\r\n");
    server.dropAtOpen("rst");
    // Node's client takes an RST for a FIN when it comes together with the 101.
    expect(await new BareClient(server.port).ended).toMatch(/^(fin|ECONNRESET)$/);
    expect(server.record.counts.opens).toBe(2);
  });

  it("closes right after the upgrade", async () => {
    const server = await start();
    server.closeAtOpen(4002, "not you", { times: 1 });
    const client = await open(server.url);
    expect(await closed(client)).toEqual({ code: 4002, reason: "not you" });
    await settled(server);
  });

  it("is silent right after the upgrade", async () => {
    const server = await start();
    server.silenceAtOpen({ times: 1 });
    const client = await open(server.url);
    client.send("anyone?");
    await settled(server);
    expect(server.record.messagesOf(1)).toEqual([]);
    const echo = message(client);
    await server.behave();
    expect(await echo).toBe("anyone?");
  });
});

describe("faults asked for in the url", () => {
  it("refuses with status, headers and body", async () => {
    const server = await start();
    const query = "?refuse=429&header=Retry-After:5&header=Set-Cookie:a%3D1&body=slow%20down";
    const refusal = await refused(server.url + query);
    expect(refusal).toMatchObject({ status: 429, body: "slow down" });
    expect(refusal.headers).toMatchObject({ "retry-after": "5", "set-cookie": ["a=1"] });
    await settled(server);
  });

  it("closes with code and reason", async () => {
    const server = await start();
    expect(await closed(await open(`${server.url}?close=4001&reason=bye`))).toEqual({
      code: 4001,
      reason: "bye",
    });
  });

  it("closes after a while", async () => {
    const server = await start();
    expect((await closed(await open(`${server.url}?close=4001&after=10`))).code).toBe(4001);
  });

  it("drops by RST or FIN", async () => {
    const server = await start();
    expect(await new BareClient(server.port, "/?drop=rst").ended).toMatch(/^(fin|ECONNRESET)$/);
    expect(await new BareClient(server.port, "/?drop").ended).toBe("fin");
    expect(await new BareClient(server.port, "/?drop-at-upgrade=fin").ended).toBe("fin");
  });

  it("stalls the upgrade", async () => {
    const server = await start();
    const client = new WebSocket(`${server.url}?stall`);
    client.on("error", () => {});
    await server.waitFor("upgradeRequested");
    await settled(server);
    expect(client.readyState).toBe(WebSocket.CONNECTING);
    client.terminate();
  });

  it("answers garbage or another key", async () => {
    const server = await start();
    expect((await failure(`${server.url}?garbage`)).code).toMatch(/^HPE_/);
    expect((await failure(`${server.url}?wrong-accept`)).message).toMatch(/Sec-WebSocket-Accept/);
  });

  it("selects a subprotocol", async () => {
    const server = await start();
    expect((await open(`${server.url}?protocol=b`, ["a", "b"])).protocol).toBe("b");
    expect((await failure(`${server.url}?protocol=wrong`, ["a"])).message).toMatch(/subprotocol/);
  });

  it("is silent", async () => {
    const server = await start();
    const client = await open(`${server.url}?silent`);
    client.send("anyone?");
    await settled(server);
    expect(server.record.messagesOf(1)).toEqual([]);
  });

  it("pushes messages", async () => {
    const server = await start();
    const client = new WebSocket(`${server.url}?push=tick&count=2`);
    const received: string[] = [];
    client.on("message", (data) => received.push(String(data)));
    await once(client, "open");
    await roundTrip(client, "end");
    expect(received).toEqual(["tick 1", "tick 2", "end"]);
  });

  it("is mute, ignores pings and the Close", async () => {
    const server = await start();
    const client = await open(`${server.url}?mute&ignore-pings&ignore-close&slow=100000`);
    const received: unknown[] = [];
    client.on("message", (data) => received.push(data));
    client.on("pong", (data) => received.push(data));
    client.ping();
    client.send("hello?");
    client.close();
    await server.waitFor("closeReceived");
    await settled(server);
    expect(received).toEqual([]);
    expect(client.readyState).toBe(WebSocket.CLOSING);
    client.terminate();
  });

  it("answers the Close and keeps TCP up", async () => {
    const server = await start();
    const bare = new BareClient(server.port, "/?keep-tcp");
    await server.waitFor("opened");
    bare.socket.write(frame(opcodes.close, "", { mask: true }));
    expect(await bare.frames(2)).toEqual(closeFrame());
    await settled(server);
    expect(bare.isEnded).toBe(false);
    bare.socket.destroy();
  });

  it("tells what is wrong with a value, and leaves other names alone", async () => {
    const server = await start();
    expect(await refused(`${server.url}?close=soon`)).toMatchObject({
      status: 400,
      body: 'close must be an integer from 0 to 65535, not "soon"\n',
    });
    await open(`${server.url}?room=1&toString=2`);
  });
});

describe("away", () => {
  it("refuses to connect and drops all, and comes back on the same port", async () => {
    const server = await start();
    const { port, url } = server;
    const client = await open(url);
    server.goAway();
    expect(server.isListening).toBe(false);
    expect((await closed(client)).code).toBe(1006);
    expect((await failure(url)).code).toBe("ECONNREFUSED");
    await server.comeBack();
    expect(server.port).toBe(port);
    await settled(server);
  });

  it("comes back by itself after a while", async () => {
    const server = await start();
    const back = server.goAwayFor(20);
    expect((await failure(server.url)).code).toBe("ECONNREFUSED");
    await back;
    await settled(server);
  });

  it("comes back earlier when told to behave", async () => {
    const server = await start();
    const back = server.goAwayFor(3_600_000);
    await server.behave();
    await back;
    await settled(server);
  });

  it("restarts with Close 1012", async () => {
    const server = await start();
    const client = await open(server.url);
    const end = closed(client);
    await server.restart();
    expect(await end).toEqual({ code: 1012, reason: "service restart" });
    await settled(server);
  });

  it("tells when its port was taken meanwhile", async () => {
    const server = await start();
    const back = server.goAwayFor(50);
    const failed = expect(back).rejects.toMatchObject({ code: "EADDRINUSE" });
    const stayedAway = server.waitFor("stayedAway");
    const thief = createServer().listen(server.port, "127.0.0.1");
    await failed;
    expect(await stayedAway).toMatchObject({ code: "EADDRINUSE" });
    thief.close();
  });

  it("stays away when told so while coming back", async () => {
    const server = await start();
    server.goAway();
    const back = server.comeBack();
    server.goAway();
    await back;
    expect(server.isListening).toBe(false);
    expect((await failure(server.url)).code).toBe("ECONNREFUSED");
  });
});

describe("stopping", () => {
  const faults: Record<string, (server: EchoServer) => void> = {
    none: () => {},
    silence: (server) => server.silence(),
    "stopped reading": (server) => server.stopReading(),
    "ignored Close": (server) => server.ignoreClose(),
    "kept TCP": (server) => server.keepTcp(),
    "a slow link": (server) => {
      server.slow(1);
      server.push("x".repeat(1000));
    },
    "Close without FIN": (server) => server.closeAllWithoutFin(1000),
    "a drop": (server) => server.drop(),
    "being away": (server) => server.goAway(),
    "being away for a time": (server) => void server.goAwayFor(3_600_000),
    "a restart": (server) => void server.restart(3_600_000),
    "coming back": (server) => {
      server.goAway();
      void server.comeBack();
    },
  };

  it.each(Object.keys(faults))("ends promptly during %s", async (name) => {
    const server = await start();
    const client = await open(server.url);
    const gone = closed(client);
    faults[name]?.(server);
    client.send("x".repeat(10_000_000));
    client.close();
    await server.stop();
    await gone;
    expect(server.record.counts.disconnects).toBe(server.record.counts.tcpConnections);
    expect((await failure(server.url)).code).toBe("ECONNREFUSED");
  });

  const modes: Record<string, (server: EchoServer) => void> = {
    "a stall at accept": (server) => server.stallAtAccept(),
    "a stall at the upgrade": (server) => server.stallAtUpgrade(),
    "silence from the start": (server) => server.silenceAtOpen(),
  };

  it.each(Object.keys(modes))("ends promptly during %s", async (name) => {
    const server = await start();
    modes[name]?.(server);
    const bare = new BareClient(server.port);
    await server.waitFor("connected");
    await server.stop();
    expect(await bare.ended).toMatch(/^(fin|ECONNRESET)$/);
    bare.socket.destroy();
  });

  it("is the same promise each time", async () => {
    const server = await start();
    expect(server.stop()).toBe(server.stop());
    await server.stop();
    await expect(server.comeBack()).rejects.toThrow(/was stopped/);
  });

  it("ends waits with an error", async () => {
    const server = await start();
    const waits = [server.waitFor("opened"), server.until(({ counts }) => counts.opens > 0)];
    const ends = Promise.allSettled(waits);
    await server.stop();
    expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(server.waitFor("opened")).rejects.toThrow(/was stopped/);
  });
});

describe("where it listens", () => {
  it.each(["0.0.0.0", "::", "localhost", "192.0.2.1", ""])("refuses the host %j", async (host) => {
    await expect(startEchoServer({ host })).rejects.toMatchObject({ code: "ERR_OPTION", option: "host" });
  });

  it("listens on ::1 too", async () => {
    const server = await start({ host: "::1" });
    expect(server.url).toBe(`ws://[::1]:${server.port}/`);
    await settled(server);
  });

  it("tells that a port is taken", async () => {
    const { port } = await start();
    await expect(startEchoServer({ port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

describe("over TLS", () => {
  const tls = identity("self-signed");

  it("echoes", async () => {
    const server = await start({ tls });
    const client = await open(server.url, [], { ca: tls.cert });
    expect(server.url).toBe(`wss://localhost:${server.port}/`);
    expect(await roundTrip(client, "secret")).toBe("secret");
    const end = closed(client);
    client.close(1000);
    expect((await end).code).toBe(1000);
  });

  it.each([
    ["fin", "fin"],
    ["rst", "ECONNRESET"],
  ] as const)("drops by %s", async (how, end) => {
    const server = await start({ tls });
    const socket = connectTls({
      port: server.port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: tls.cert,
    });
    const bare = new BareClient(server.port, "/", socket);
    await bare.frames(0);
    server.drop(how);
    expect(await bare.ended).toBe(end);
    await server.until(({ counts }) => counts.disconnects === 1);
  });

  it("stalls the TLS handshake, and stops all the same", async () => {
    const server = await start({ tls });
    server.stallAtAccept({ times: 1 });
    const client = new WebSocket(server.url, { ca: tls.cert });
    const failed = once(client, "error");
    await server.waitFor("connected");
    const other = await open(server.url, [], { ca: tls.cert });
    await roundTrip(other, "hi");
    expect(client.readyState).toBe(WebSocket.CONNECTING);
    await server.stop();
    await failed;
  });

  it.each([
    ["ends TCP", (socket: Socket) => socket.end()],
    ["resets TCP", (socket: Socket) => socket.resetAndDestroy()],
    ["sends half a ClientHello and ends TCP", (socket: Socket) => socket.end("\x16\x03\x01\x02\x00\x01")],
    ["does not speak TLS", (socket: Socket) => socket.write("GET / HTTP/1.1\r\n\r\n")],
  ])("notes that a client which %s before the handshake is gone", async (_, act) => {
    const server = await start({ tls });
    const socket = connect({ port: server.port, host: "127.0.0.1" });
    socket.on("error", () => {});
    await server.waitFor("connected");
    act(socket);
    await server.until(({ counts }) => counts.disconnects === 1);
    socket.destroy();
  });

  it("notes that a client which refused its certificate is gone", async () => {
    const server = await start({ tls });
    await failure(server.url);
    await server.until(({ counts }) => counts.disconnects === 1);
  });

  it("outlives a client that refuses its certificate", async () => {
    const server = await start({ tls });
    expect((await failure(server.url)).code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
    const client = await open(server.url, [], { ca: tls.cert });
    expect(await roundTrip(client, "fine")).toBe("fine");
  });
});

describe("the record", () => {
  it("starts anew when cleared", async () => {
    const server = await start();
    await settled(server);
    server.record.clear();
    expect(server.record.counts.opens).toBe(0);
    expect(server.record.messages).toEqual([]);
  });

  it("counts all and keeps the newest", () => {
    const record = new ServerRecord();
    for (let index = 1; index <= 50_000; index += 1) {
      record.note("messageReceived", { connection: 1, data: String(index) });
    }
    expect(record.counts.messages).toBe(50_000);
    expect(record.messages.length).toBeLessThanOrEqual(20_000);
    expect(record.messages.at(-1)?.data).toBe("50000");
  });

  it("keeps a bounded amount of data, and the newest message whatever its size", () => {
    const record = new ServerRecord();
    const big = Buffer.alloc(40 * 1024 * 1024);
    record.note("messageReceived", { connection: 1, data: big });
    record.note("messageReceived", { connection: 2, data: big });
    expect(record.messages.map(({ connection }) => connection)).toEqual([2]);
  });
});
