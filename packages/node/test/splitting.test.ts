// Nothing that is put into the opening handshake, or into a proxy's CONNECT, ends its line: the server reads one request, of
// the fields that were meant.

import { describe, expect, test } from "vitest";
import type { ClientOptions } from "../src/index.ts";
import { found, start } from "./connecting.ts";
import { tcpServer } from "./dialling.ts";

const lineEnd = "\r\nX-Injected: 1\r\n\r\nGET /second HTTP/1.1";
const encoded = encodeURIComponent(lineEnd);

const fieldsOfHandshake = ["connection", "host", "sec-websocket-key", "sec-websocket-version", "upgrade"];

/** What a client with these options sends to a server that answers each head so, until it has been answered this often. */
async function headsOf(
  options: (port: number) => ClientOptions,
  answers: readonly ((port: number) => string)[] = [() => "HTTP/1.1 403 Forbidden\r\n\r\n"],
): Promise<string[]> {
  const heads: string[] = [];
  return new Promise((resolve, reject) => {
    const listening = tcpServer((socket) => {
      let head = "";
      socket.on("data", async (chunk) => {
        head += chunk.toString("latin1");
        if (!head.endsWith("\r\n\r\n")) return;
        const answer = answers[heads.push(head) - 1];
        head = "";
        if (answer !== undefined) socket.end(answer(await listening));
        if (heads.length === answers.length) resolve(heads);
      });
    });
    void listening.then((port) => start({ retry: 0, onError() {}, ...options(port) })).catch(reject);
  });
}

/** The lines of a head that is one request. */
function requestOf(head: string): { line: string; fields: string[] } {
  expect(head.split("\r\n\r\n")).toHaveLength(2);
  const [line = "", ...fields] = head.trimEnd().split("\r\n");
  return { line, fields: fields.map((field) => field.slice(0, field.indexOf(":")).toLowerCase()).sort() };
}

describe("a line end", () => {
  test.each([
    ["in the path", `/a${lineEnd}`, "GET /aX-Injected:%201GET%20/second%20HTTP/1.1 HTTP/1.1"],
    ["encoded in the path", `/a${encoded}`, `GET /a${encoded} HTTP/1.1`],
    ["in the query", `/?a=${lineEnd}`, "GET /?a=X-Injected:%201GET%20/second%20HTTP/1.1 HTTP/1.1"],
    ["encoded in the query", `/?a=${encoded}`, `GET /?a=${encoded} HTTP/1.1`],
    ["of other scripts", "/\u2028\u0085\u010d\u010a", "GET /%E2%80%A8%C2%85%C4%8D%C4%8A HTTP/1.1"],
  ])("%s ends none", async (_, path, line) => {
    const [head] = await headsOf((port) => ({ url: `ws://127.0.0.1:${port}${path}` }));
    expect(requestOf(head!)).toEqual({ line, fields: fieldsOfHandshake });
  });

  test("in the userinfo is in base64", async () => {
    const [head] = await headsOf((port) => ({ url: `ws://me:${encoded}@127.0.0.1:${port}/` }));
    expect(requestOf(head!).fields).toEqual(["authorization", ...fieldsOfHandshake]);
    expect(head).toContain(`Basic ${Buffer.from(`me:${lineEnd}`).toString("base64")}`);
  });

  test("in a cookie store's answer fails the attempt", async () => {
    const told: string[] = [];
    const [head] = await headsOf((port) => ({
      url: `ws://127.0.0.1:${port}/`,
      retry: 1,
      cookieStore: {
        getCookieString: () => (told.length === 0 ? `a=b${lineEnd}` : "a=b"),
        setCookie() {},
      },
      onError: ({ message }) => void told.push(message),
    }));
    expect(told[0]).toContain("cookieStore.getCookieString");
    expect(requestOf(head!).fields).toEqual(["connection", "cookie", ...fieldsOfHandshake.slice(1)]);
  });

  test.each([`/next${encoded}`, `/next?${encoded}`, "/next\x85\xa0"])(
    "in the Location of a redirect (%j) ends none",
    async (location) => {
      const heads = await headsOf(
        (port) => ({ url: `ws://127.0.0.1:${port}/`, httpOpts: { maxRedirects: 1 } }),
        [() => found(location), () => "HTTP/1.1 403 Forbidden\r\n\r\n"],
      );
      const { line, fields } = requestOf(heads[1]!);
      expect(line).toMatch(/^GET \/next[\x21-\x7e]+ HTTP\/1\.1$/);
      expect(fields).toEqual(fieldsOfHandshake);
    },
  );

  test("in a proxy's password is in base64", async () => {
    const [head] = await headsOf((port) => ({
      url: "ws://target.example/",
      tcpOpts: { proxy: `http://me:${encoded}@127.0.0.1:${port}` },
    }));
    const { line, fields } = requestOf(head!);
    expect(line).toBe("CONNECT target.example:80 HTTP/1.1");
    expect(fields).toEqual(["connection", "host", "proxy-authorization"]);
  });

  test.each([`target.example${encoded}`, `target.example%00`, `target.example:80%20`])(
    "in a host (%j) makes it no host",
    (host) => {
      expect(() => start({ url: `ws://${host}/` })).toThrow("url must be");
    },
  );
});
