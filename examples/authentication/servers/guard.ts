// A server that welcomes whoever shows a token of its own making: in a header, a query, a subprotocol, a cookie, or the
// first message. Tokens are given by POST over HTTP, as a server would that knows who is logged in.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type EchoConnection, type EchoServer, startEchoServer } from "@gundam/testing/server";

export interface GuardOptions {
  /** How it refuses: a status of HTTP, or a close code right after the opening handshake. */
  readonly refusal?: number;
  /** The first so many tokens that it gives are no good. */
  readonly stale?: number;
}

export interface Guard {
  readonly url: string;
  /** Where a POST is answered with `{ token }`. */
  readonly tokens: string;
  readonly server: EchoServer;
  /** Every token that was given is no good any more; who is connected is told so by this close code. */
  expire(code: number): void;
  /** Of all tokens that were ever given. */
  readonly given: readonly string[];
  stop(): Promise<void>;
}

export async function startGuard({ refusal = 401, stale = 0 }: GuardOptions = {}): Promise<Guard> {
  const server = await startEchoServer({ protocols: ["app"] });
  server.mute();
  const given: string[] = [];
  const good = new Set<string>();
  const strangers = new Map<number, EchoConnection>();
  const knows = (url: string, headers: EchoConnection["headers"]) =>
    shownBy(url, headers).some((token) => good.has(token));

  server.on("upgradeRequested", ({ url, headers }) => {
    const isWelcome = isAskedLater(url) || knows(url, headers);
    if (refusal < 1000 && !isWelcome) server.refuse(refusal, { times: 1 });
  });
  server.on("opened", (connection) => {
    const { id, url, headers } = connection;
    if (isAskedLater(url)) strangers.set(id, connection);
    else if (knows(url, headers)) connection.send("welcome");
    else connection.close(refusal, "who are you?");
    // It is good for one connection.
    good.delete(ticketOf(url));
  });
  server.on("messageReceived", ({ connection, data }) => {
    const stranger = strangers.get(connection);
    strangers.delete(connection);
    if (stranger === undefined) return;
    if (isLogin(data, good)) stranger.send("welcome");
    else stranger.close(refusal, "who are you?");
  });

  const issuer = createServer((request, response) => {
    const token = `secret-${crypto.randomUUID()}`;
    given.push(token);
    if (given.length > stale) good.add(token);
    response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
    response.setHeader("access-control-allow-credentials", "true");
    response.end(JSON.stringify({ token }));
  });
  await new Promise<void>((resolve) => issuer.listen(0, "127.0.0.1", resolve));

  return {
    // Of the same site as a page on localhost, so that its cookies are sent.
    url: `ws://localhost:${server.port}/`,
    tokens: `http://localhost:${(issuer.address() as AddressInfo).port}/`,
    server,
    expire(code) {
      good.clear();
      server.closeAll(code, "expired");
    },
    given,
    async stop() {
      issuer.closeAllConnections();
      await new Promise((resolve) => issuer.close(resolve));
      await server.stop();
    },
  };
}

const isAskedLater = (url: string) => url.startsWith("/first-message");

const ticketOf = (url: string) => new URL(url, "ws://localhost/").searchParams.get("ticket") ?? "";

function shownBy(url: string, headers: EchoConnection["headers"]): string[] {
  const { authorization = "", cookie = "", "sec-websocket-protocol": protocols = "" } = headers;
  return [
    ticketOf(url),
    authorization.replace("Bearer ", ""),
    /session=([^;]+)/.exec(cookie)?.[1] ?? "",
    /bearer\.([\w.-]+)/.exec(String(protocols))?.[1] ?? "",
  ];
}

function isLogin(data: string | Uint8Array, good: ReadonlySet<string>): boolean {
  const { type, token } = JSON.parse(String(data));
  return type === "login" && good.has(token);
}
