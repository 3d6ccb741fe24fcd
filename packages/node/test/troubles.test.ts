// What can go wrong with an attempt, the first one or a reconnect: which error tells of it, and whether it is tried again.
// Time-outs are proved with their options, statuses of HTTP in verdicts.test.ts, close codes in close-codes.test.ts.

import net, { type LookupFunction } from "node:net";
import type { GundamError } from "@gundam/core";
import type { CertificateName } from "@gundam/testing/certificates";
import { describe, expect, test, vi } from "vitest";
import { type ClientOptions, resilient, type WebSocketClient } from "../src/index.ts";
import { all, next, start } from "./connecting.ts";
import { answering, echoServer, identity, pem, tcpServer } from "./dialling.ts";
import { connectProxy } from "./proxies.ts";

// On a busy machine what takes no time can take seconds.
vi.setConfig({ testTimeout: 30_000 });

/** What is in the way of an attempt from `begin` to `end`; `drop` ends the connection that there is. */
interface Trouble {
  readonly options: ClientOptions;
  begin(): unknown;
  end(): unknown;
  drop(): unknown;
}

/** A fault of the server. */
const fault = async (strike: (server: Awaited<ReturnType<typeof echoServer>>) => void): Promise<Trouble> => {
  const server = await echoServer();
  return {
    options: { url: server.url },
    begin: () => strike(server),
    end: () => server.behave(),
    drop: () => server.drop(),
  };
};

/** A resolver that knows no name. */
async function unknownHost(): Promise<Trouble> {
  const server = await echoServer();
  let isUnknown = false;
  const answer = answering("127.0.0.1");
  const lookup: LookupFunction = (hostname, options, callback) => {
    const error = Object.assign(new Error("not found"), { code: "ENOTFOUND" });
    if (isUnknown) callback(error, []);
    else answer(hostname, options, callback);
  };
  return {
    options: { url: server.url.replace("127.0.0.1", "here.invalid"), tcpOpts: { lookup } },
    begin: () => {
      isUnknown = true;
    },
    end: () => {
      isUnknown = false;
    },
    drop: () => server.drop(),
  };
}

/** A proxy that refuses with this status. */
async function refusingProxy(status: number): Promise<Trouble> {
  const server = await echoServer();
  const [good, bad] = [await connectProxy(), await connectProxy({ status })];
  let proxy = good;
  const port = await tcpServer((socket) => {
    const onward = net.connect(proxy.port, "127.0.0.1").on("error", () => socket.destroy());
    socket.pipe(onward).pipe(socket);
    socket.on("close", () => onward.destroy());
    onward.on("close", () => socket.destroy());
  });
  return {
    options: { url: server.url, tcpOpts: { proxy: `http://127.0.0.1:${port}` } },
    begin: () => {
      proxy = bad;
    },
    end: () => {
      proxy = good;
    },
    drop: () => server.drop(),
  };
}

/** The client, and the error of its first attempt, or of the attempt after a connection that worked. */
async function meet(trouble: Trouble, hasWorked: boolean): Promise<[WebSocketClient, GundamError]> {
  if (!hasWorked) await trouble.begin();
  const client = start({ retryTimeout: 20, retry: 1000, ...trouble.options });
  if (!hasWorked) return [client, await next(client, "error")];
  await next(client, "connect");
  await trouble.begin();
  const lost = next(client, "disconnect");
  await trouble.drop();
  await lost;
  return [client, await next(client, "error")];
}

describe.each([
  ["on the first attempt", false],
  ["on the reconnect", true],
])("%s", (_, hasWorked) => {
  test.each<[string, () => Promise<Trouble>, object]>([
    ["nobody listens", () => fault((server) => server.goAway()), { code: "ERR_CONNECT", phase: "tcp" }],
    ["the host is unknown", unknownHost, { code: "ERR_CONNECT", phase: "lookup" }],
    [
      "TCP ends as it begins",
      () => fault((server) => server.dropAtAccept("rst")),
      { code: "ERR_CONNECT", phase: expect.stringMatching(/^(tcp|upgrade)$/) },
    ],
    [
      "TCP ends in the middle of the upgrade",
      () => fault((server) => server.dropAtUpgrade()),
      { code: "ERR_CONNECT", phase: "upgrade" },
    ],
    [
      "the proxy does not let us go there (403)",
      () => refusingProxy(403),
      { code: "ERR_CONNECT", phase: "proxy", message: expect.stringContaining("403") },
    ],
    [
      "the proxy cannot (502)",
      () => refusingProxy(502),
      { code: "ERR_CONNECT", phase: "proxy", message: expect.stringContaining("502") },
    ],
  ])("%s: it is tried again until it works", async (_, make, expected) => {
    const trouble = await make();
    const [client, error] = await meet(trouble, hasWorked);
    expect(error).toMatchObject(expected);
    await trouble.end();
    await client.ready();
  });

  test.each<[string, () => Promise<Trouble>]>([
    ["the answer is no HTTP", () => fault((server) => server.garbageAtUpgrade())],
    ["the answer is for another key", () => fault((server) => server.wrongAcceptAtUpgrade())],
    [
      "a subprotocol is selected that was not offered",
      () => fault((server) => server.selectProtocol("wrong")),
    ],
  ])("%s: it is tried again once", async (_, make) => {
    const [client, error] = await meet(await make(), hasWorked);
    const errors = all(client, "error");
    expect(error.code).toBe("ERR_PROTOCOL");
    expect(await next(client, "close")).toMatchObject({ code: 1006 });
    expect(errors.map(({ code }) => code)).toEqual(["ERR_PROTOCOL"]);
  });

  test("no subprotocol is selected of those that were offered: it is tried again once", async () => {
    const trouble = await fault((server) => server.selectProtocol("none"));
    const options = { ...trouble.options, wsOpts: { protocols: ["chat"] } };
    const [client, error] = await meet({ ...trouble, options }, hasWorked);
    expect(error).toMatchObject({ code: "ERR_PROTOCOL", message: expect.stringContaining("subprotocol") });
    expect(await next(client, "close")).toMatchObject({ code: 1006 });
  });

  /** Another server takes the port, with a certificate that is none for us. */
  async function takenOver(name: CertificateName): Promise<Trouble> {
    const before = await echoServer({ tls: identity("server") });
    return {
      options: { url: before.url, tlsOpts: { ca: pem("authority") } },
      begin: async () => {
        await before.stop();
        await echoServer({ port: before.port, tls: identity(name) });
      },
      end() {},
      drop() {},
    };
  }

  test.each<CertificateName>(["self-signed", "expired", "wrong-host"])(
    "the certificate is %s: that is the end, for onClose 1015",
    async (name) => {
      const trouble = await takenOver(name);
      const told: unknown[] = [];
      const onClose: ClientOptions["onClose"] = (code) => told.push(code);
      if (!hasWorked) await trouble.begin();
      const client = start({ ...trouble.options, retryTimeout: 20, retry: 1000, onClose });
      const closed = next(client, "close");
      if (hasWorked) await next(client, "connect").then(trouble.begin);
      expect((await closed).error).toMatchObject({ code: "ERR_TLS", rejected: true });
      await new Promise((resolve) => setImmediate(resolve));
      expect(told).toEqual([1015]);
    },
  );

  test("the certificate is expired: resilient() waits for it to be renewed where it has worked before", async () => {
    const trouble = await takenOver("expired");
    if (!hasWorked) await trouble.begin();
    const client = start(resilient({ ...trouble.options, retryTimeout: 20 }));
    const retries = all(client, "retry");
    if (hasWorked) await next(client, "connect").then(trouble.begin);
    const errors = all(client, "error");
    const decided = new Promise((resolve) => {
      client.on("retry", () => client.lastError?.code === "ERR_TLS" && resolve("retry"));
      client.on("close", () => resolve("close"));
    });
    expect(await decided).toBe(hasWorked ? "retry" : "close");
    expect(errors.at(-1)).toMatchObject({ code: "ERR_TLS", rejected: true });
    if (hasWorked) expect(retries.at(-1).delay).toBeGreaterThanOrEqual(5000);
  });
});
