// The options of Node, and what single declarations cannot check.

import { type HeadersLike, OptionError, resolveOptions } from "@gundam/core";
import { describe, expect, test } from "vitest";
import { nodePlatform } from "../src/index.ts";

/** As core does it. */
function resolve(given: object): Record<string, unknown> {
  const { declarations, ignored, suggest, checkOptions } = nodePlatform;
  const options = resolveOptions(declarations, { url: "ws://localhost/", ...given }, ignored, suggest);
  checkOptions?.(options as never);
  return options;
}

test("every default", () => {
  expect(resolve({})).toMatchObject({
    domainLookupTimeout: Number.POSITIVE_INFINITY,
    tlsHandshakeTimeout: Number.POSITIVE_INFINITY,
    httpOpts: {
      upgradeTimeout: Number.POSITIVE_INFINITY,
      maxHeaderBlockSize: 100_000,
      transformHeaderName: undefined,
      cookieIgnoreInformational: false,
      maxRedirects: 0,
    },
    cookieStore: undefined,
    tcpOpts: { sendTimeout: 15_000, sendTimeoutClose: true, noDelay: true, keepAlive: false },
    tlsOpts: {},
    transport: undefined,
    wsOpts: { closingTimeout: 15_000, protocols: [], compress: false, maxPayload: 16_777_216 },
  });
});

test.each([
  [{ tcpOpts: { sendTimeout: 0 } }, "tcpOpts.sendTimeout must be a number of ms, more than 0, not 0"],
  [{ tcpOpts: { family: 5 } }, "tcpOpts.family must be 0, 4 or 6, not 5"],
  [{ tcpOpts: { localPort: 70_000 } }, "tcpOpts.localPort must be a port number, 0 to 65535, not 70000"],
  [
    { tcpOpts: { autoSelectFamilyAttemptTimeout: 0.5 } },
    "tcpOpts.autoSelectFamilyAttemptTimeout must be a whole number of ms, 1 to 2147483647, not 0.5",
  ],
  [
    { tcpOpts: { sendtimeout: 1 } },
    "tcpOpts.sendtimeout is not an option; did you mean tcpOpts.sendTimeout?",
  ],
  [{ wsOpts: { maxpayload: 1 } }, "wsOpts.maxpayload is not an option; did you mean wsOpts.maxPayload?"],
  [{ httpOpts: { maxRedirects: -1 } }, "httpOpts.maxRedirects must be a whole number, 0 to 20, not -1"],
  [
    { httpOpts: { transformHeaderName: "lower" } },
    "httpOpts.transformHeaderName must be a function, not this string",
  ],
  [
    { cookieStore: { getCookieString() {} } },
    "cookieStore must be an object with the functions getCookieString and setCookie, not this object",
  ],
  [{ tcpOpts: { localAddress: "here" } }, "tcpOpts.localAddress must be an IP address, not this string"],
  [{ tcpOpts: { path: "" } }, "tcpOpts.path must be a path that is not empty, not this string"],
  [{ tlsOpts: "lax" }, "tlsOpts must be an object, or a function, not this string"],
  [{ transport: "udp" }, 'transport must be "tcp" or "tls", not this string'],
])("%j cannot work", (given, text) => {
  expect(() => resolve(given)).toThrow(new OptionError("", undefined, text).message.trim());
});

describe("transport", () => {
  test('wss: with "tcp" would go unencrypted', () => {
    expect(() => resolve({ url: "wss://localhost/", transport: "tcp" })).toThrow(OptionError);
    expect(() => resolve({ url: new URL("https://localhost/"), transport: "tcp" })).toThrow(OptionError);
    expect(() => resolve({ url: " HTTPS://localhost/", transport: "tcp" })).toThrow(OptionError);
  });

  test("except over a unix socket", () => {
    resolve({ url: "wss://localhost/", transport: "tcp", tcpOpts: { path: "/run/socket" } });
  });

  test("a url from a function is checked when it is dialled", () => {
    resolve({ url: () => "wss://localhost/", transport: "tcp" });
  });
});

describe("headers", () => {
  test.each([
    [
      { "X-Break": "a\r\nb" },
      'headers cannot be sent: "X-Break" contains characters that no header field may hold',
    ],
    [{ "X-Numbers": 5 }, 'headers cannot be sent: "X-Numbers" must be a string or an array of strings'],
    [
      { Trailer: "X-Digest" },
      'headers cannot be sent: "Trailer" belongs to the opening handshake; leave it out',
    ],
    [{ Upgrade: "h2c" }, 'headers cannot be sent: "Upgrade" belongs to the opening handshake; leave it out'],
    [
      new Headers({ "Sec-WebSocket-Key": "AAAA" }),
      'headers cannot be sent: "sec-websocket-key" belongs to the opening handshake; leave it out',
    ],
  ])("%j cannot be sent", (headers, text) => {
    expect(() => resolve({ headers })).toThrow(OptionError);
    expect(() => resolve({ headers })).toThrow(text);
  });

  test("of a Headers of another make are looked at too", () => {
    const headers: HeadersLike = {
      get: () => null,
      forEach: (visit) => visit("a\r\nb", "x-break"),
    };
    expect(() => resolve({ headers })).toThrow('headers cannot be sent: "x-break" contains characters');
  });

  test("that cannot be read cannot", () => {
    const headers = {
      get authorization() {
        throw new Error("no token");
      },
    };
    expect(() => resolve({ headers })).toThrow(OptionError);
    expect(() => resolve({ headers })).toThrow("headers cannot be read: no token");
  });

  test("of any other kind can", () => {
    resolve({ headers: { Host: "a", "X-Latin": "é", Cookie: ["a=1", "b=2"] } });
    resolve({ headers: new Headers({ Authorization: "Bearer x" }) });
    resolve({ headers: () => ({ "X-Later": "checked when it is dialled" }) });
  });
});
