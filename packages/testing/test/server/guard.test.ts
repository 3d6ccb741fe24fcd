// What the server lets nobody do with it: pages of others, names that lead back to this machine, and urls that ask for more
// than a fault.

import { once } from "node:events";
import { request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import WebSocket from "ws";
import {
  applyFault,
  type EchoServer,
  type EchoServerOptions,
  startEchoServer,
} from "../../src/server/index.ts";
import { BareClient, closed, message, open, refused, roundTrip } from "./clients.ts";

const servers: EchoServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function start(options: EchoServerOptions = {}): Promise<EchoServer> {
  const server = await startEchoServer(options);
  servers.push(server);
  return server;
}

/** The status that a request to upgrade with these fields is answered with. */
async function statusOf(server: EchoServer, headers: Record<string, string>): Promise<number> {
  const client = new WebSocket(server.url, { headers });
  client.on("error", () => {});
  const answer = await Promise.race([
    once(client, "open").then(() => 101),
    once(client, "unexpected-response").then(([, response]) => response.statusCode),
  ]);
  client.terminate();
  return answer;
}

const evil = "https://evil.example";

describe("a page", () => {
  it.each([
    "http://localhost",
    "http://localhost:5173",
    "https://localhost:8443",
    "http://127.0.0.1:5173",
    "http://[::1]:5173",
    "http://app.localhost:3000",
  ])("of %s is our own", async (origin) => {
    expect(await statusOf(await start(), { Origin: origin })).toBe(101);
  });

  it.each([
    evil,
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example",
    "http://evil.example:5173",
    "http://192.168.0.2:5173",
    "chrome-extension://abcdefghijklmnop",
    "file://localhost",
    "null",
    "",
  ])("of %j is not let in, and uses no fault up", async (origin) => {
    const server = await start();
    server.closeAtOpen(4001, "for somebody else", { times: 1 });
    expect(await statusOf(server, { Origin: origin })).toBe(403);
    expect(await closed(await open(server.url))).toMatchObject({ code: 4001 });
  });

  it("that is allowed is let in, also by its own host, and no other", async () => {
    const server = await start({ allowOrigins: ["https://app.example", "null"] });
    expect(await statusOf(server, { Origin: "https://app.example" })).toBe(101);
    expect(await statusOf(server, { Origin: "https://app.example", Host: "app.example" })).toBe(101);
    expect(await statusOf(server, { Origin: "null" })).toBe(101);
    expect(await statusOf(server, { Origin: "http://app.example" })).toBe(403);
    expect(await statusOf(server, { Origin: evil })).toBe(403);
    expect(await statusOf(server, { Host: "null" })).toBe(403);
  });

  it("is any page, where all are allowed", async () => {
    const server = await start({ allowOrigins: ["*"] });
    expect(await statusOf(server, { Origin: evil, Host: "evil.example" })).toBe(101);
  });

  it("is told why", async () => {
    const server = await start();
    const bare = new BareClient(server.port, `/ HTTP/1.1\r\nOrigin: ${evil}\r\nX:`);
    await bare.ended;
    expect(bare.text).toContain("\r\n\r\nOrigin must be a page's on a loopback host, or be allowed");
  });
});

describe("a host", () => {
  it("that is no loopback host is a name which was made to lead here", async () => {
    const server = await start();
    expect(await statusOf(server, { Host: "localhost:80" })).toBe(101);
    expect(await statusOf(server, { Host: "evil.example" })).toBe(403);
    expect(await statusOf(server, { Host: `evil.example:${server.port}`, Origin: "http://localhost" })).toBe(
      403,
    );
  });

  it("is looked at in a plain request, too", async () => {
    const { port } = await start();
    const statusBy = async (host: string) => {
      const [response] = await once(request({ port, headers: { Host: host } }).end(), "response");
      return response.resume().statusCode;
    };
    expect([await statusBy("localhost"), await statusBy("evil.example")]).toEqual([426, 403]);
  });
});

it.each([["app.example"], ["https://app.example/"], ["https://app.example\r\nX: 1"], [""]])(
  "%j is no origin to allow",
  async (entry) => {
    await expect(startEchoServer({ allowOrigins: [entry] })).rejects.toMatchObject({
      code: "ERR_OPTION",
      option: "allowOrigins",
      message: expect.stringContaining("must be origins as browsers send them"),
    });
  },
);

describe("a head", () => {
  const split = "a\r\nSet-Cookie: b=1";

  it.each([
    ["protocol", `protocol=${encodeURIComponent(split)}`],
    ["protocol", "protocol="],
    ["a header's value", `refuse=401&header=${encodeURIComponent(`X: ${split}`)}`],
    ["a header's name", `refuse=401&header=${encodeURIComponent(`${split}: 1`)}`],
    ["a header that frames the answer", "refuse=401&header=Content-Length:0&body=HTTP/1.1%20200%20OK"],
    ["another", "refuse=401&header=transfer-encoding:chunked"],
  ])("takes nothing of a url that would break out of it: %s", async (_, query) => {
    const refusal = await refused(`${(await start()).url}?${query}`);
    expect(refusal.status).toBe(400);
    expect(refusal.headers["set-cookie"]).toBeUndefined();
  });

  it("nor of an option or a fault", async () => {
    const server = await start();
    const problem = { code: "ERR_OPTION" };
    await expect(startEchoServer({ headers: { "X-A": split } })).rejects.toMatchObject(problem);
    expect(() => server.refuse(401, { headers: { "X-A": [split] } })).toThrow('"X-A" is none');
    expect(() => server.selectProtocol(split)).toThrow("protocol must be a token");
    await expect(applyFault(server, { name: "select-protocol", protocol: split })).rejects.toMatchObject(
      problem,
    );
    expect(await roundTrip(await open(server.url), "well")).toBe("well");
  });
});

describe("a flood", () => {
  const megabyte = "x".repeat(1_000_000);

  it("is bounded by its count and its size together", async () => {
    const server = await start();
    const client = await open(server.url);
    const tooMuch = applyFault(server, { name: "flood", count: 100, message: megabyte });
    await expect(tooMuch).rejects.toMatchObject({
      code: "ERR_OPTION",
      message: "count would have 100001400 bytes wait for a client; 67108864 may",
    });
    expect(await roundTrip(client, "well")).toBe("well");
  });

  it.each(["push", "flood", "ping", "close", "fragments"])(
    "%s adds to what waits already, and is refused when that is enough",
    async (name) => {
      const server = await start();
      await open(server.url);
      server.silence();
      server.connections[0]!.sendRaw(Buffer.alloc(64 * 1024 * 1024));
      const more = applyFault(server, { name });
      await expect(more).rejects.toThrow(/would have \d+ bytes wait for a client; 67108864 may/);
    },
  );

  it("counts what waits for all", async () => {
    const server = await start();
    for (let clients = 0; clients < 5; clients += 1) await open(server.url);
    server.silence();
    expect(() => server.push(Buffer.alloc(60_000_000))).toThrow(
      "message would have 300000050 bytes wait for all clients together; 268435456 may",
    );
  });

  it("that a url asks for is bounded when it asks", async () => {
    const server = await start();
    const refusal = await refused(`${server.url}?push=${"x".repeat(1000)}&count=100000`);
    expect(refusal).toMatchObject({
      status: 400,
      body: "push would have 101700000 bytes wait for a client; 67108864 may\n",
    });
  });

  it("and when it comes", async () => {
    const server = await start();
    const crowd = await Promise.all(Array.from({ length: 5 }, () => open(server.url)));
    server.silence();
    const shared = Buffer.alloc(53_000_000);
    for (const connection of server.connections) connection.sendRaw(shared);
    const late = await open(`${server.url}?push=${"x".repeat(500)}&count=10000`);
    expect(await closed(late)).toMatchObject({ code: 1013 });
    for (const client of crowd) client.terminate();
  });

  it("a text has its bound, and fragments another", async () => {
    const server = await start();
    await expect(applyFault(server, { name: "push", message: `${megabyte}x` })).rejects.toThrow(
      "push.message must be at most 1000000 characters long, not 1000001",
    );
    await expect(applyFault(server, { name: "fragments", message: megabyte })).rejects.toThrow(
      "fragments.message must be at most 10000 characters long, not 1000000",
    );
    const client = await open(server.url);
    const whole = message(client);
    await applyFault(server, { name: "fragments", message: "y".repeat(10_000) });
    expect(await whole).toBe("y".repeat(10_000));
  });

  it("leaves a restart alone", async () => {
    const server = await start();
    await open(server.url);
    server.silence();
    server.connections[0]!.sendRaw(Buffer.alloc(64 * 1024 * 1024));
    const restarted = server.restart();
    server.drop("rst");
    await restarted;
    expect(await roundTrip(await open(server.url), "well")).toBe("well");
  });
});
