// What the url and the options make of an attempt's target.

import { resolveOptions } from "@gundam/core";
import { expect, test } from "vitest";
import { targetOf } from "../src/dial/target.ts";
import { nodeDeclarations, type ResolvedNodeOptions } from "../src/node-options.ts";

test.each([
  ["ws://example.org/", {}, { host: "example.org", port: 80, secure: false }, "example.org"],
  ["wss://example.org/", {}, { host: "example.org", port: 443, secure: true }, "example.org"],
  ["ws://example.org:443/", {}, { port: 443, secure: true }, "example.org"],
  ["ws://example.org:443/", { transport: "tcp" }, { port: 443, secure: false }, "example.org:443"],
  ["ws://example.org/", { transport: "tls" }, { port: 80, secure: true }, "example.org:80"],
  ["ws://example.org:8080/", { transport: "tls" }, { port: 8080, secure: true }, "example.org:8080"],
  ["ws://example.org:0/", {}, { port: 0, secure: false, place: "example.org:0" }, "example.org:0"],
  ["wss://example.org:0/", {}, { port: 0, secure: true }, "example.org:0"],
  ["ws://example.org:0/", { transport: "tls" }, { port: 0, secure: true }, "example.org:0"],
  ["ws://[::1]:9000/", {}, { host: "::1", port: 9000, named: false, place: "[::1]:9000" }, "[::1]:9000"],
  ["ws://127.0.0.1/", {}, { host: "127.0.0.1", named: false, place: "127.0.0.1:80" }, "127.0.0.1"],
  [
    "ws://example.org/",
    { tcpOpts: { path: "/s" } },
    { path: "/s", named: false, place: "/s" },
    "example.org",
  ],
  [
    "wss://example.org/",
    { tcpOpts: { path: "/s" }, transport: "tcp" },
    { secure: false, path: "/s" },
    "example.org",
  ],
] as const)("%s with %j", (url, given, expected, host) => {
  const options = resolveOptions(nodeDeclarations, { url, ...given }) as unknown as ResolvedNodeOptions;
  const target = targetOf(url, options);
  expect(target).toMatchObject(expected);
  expect(target.url.host).toBe(host);
});
