// `proxyFromEnv`: which variable names the proxy, where NO_PROXY says that there is none, and what cannot be used.

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { proxyFromEnv } from "../src/index.ts";

const variables = ["WS", "WSS", "HTTP", "HTTPS", "ALL", "NO"].map((scheme) => `${scheme}_PROXY`);

beforeEach(() => {
  for (const name of variables.flatMap((name) => [name, name.toLowerCase()])) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

const give = proxyFromEnv();

/** What it gives for a url in this environment, which it reads when it is asked. */
function given(url: string, env: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  return give({ url });
}

const proxy = (name: string) => `http://${name}.example:3128`;

describe("the proxy", () => {
  test.each<[string, string[], string | undefined]>([
    ["ws://a.test/", [], undefined],
    ["wss://a.test/", ["HTTP_PROXY", "WS_PROXY", "NO_PROXY"], undefined],
    ["ws://a.test/", ["HTTPS_PROXY", "WSS_PROXY"], undefined],
    ["wss://a.test/", ["WSS_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"], "WSS_PROXY"],
    ["wss://a.test/", ["HTTPS_PROXY", "WS_PROXY", "ALL_PROXY"], "HTTPS_PROXY"],
    ["ws://a.test/", ["WS_PROXY", "HTTP_PROXY", "ALL_PROXY"], "WS_PROXY"],
    ["ws://a.test/", ["HTTP_PROXY", "WSS_PROXY", "ALL_PROXY"], "HTTP_PROXY"],
    ["ws://a.test/", ["ALL_PROXY", "HTTPS_PROXY"], "ALL_PROXY"],
    ["wss://a.test/", ["all_proxy"], "all_proxy"],
    ["wss://a.test/", ["https_proxy", "HTTPS_PROXY"], "https_proxy"],
    ["wss://a.test/", ["https_proxy", "WSS_PROXY"], "WSS_PROXY"],
  ])("for %s, of %j, is that of %s", (url, names, expected) => {
    const env = Object.fromEntries(names.map((name) => [name, proxy(name)]));
    expect(given(url, env)).toBe(expected && proxy(expected));
  });

  test("an empty variable is none", () => {
    expect(given("wss://a.test/", { WSS_PROXY: "", https_proxy: "", HTTPS_PROXY: proxy("b") })).toBe(
      proxy("b"),
    );
  });

  test("the environment is read each time", () => {
    expect(given("wss://a.test/", { HTTPS_PROXY: proxy("one") })).toBe(proxy("one"));
    expect(given("wss://a.test/", { HTTPS_PROXY: proxy("two") })).toBe(proxy("two"));
    expect(given("wss://a.test/", { HTTPS_PROXY: "" })).toBeUndefined();
  });

  test.each(["socks5h://a:b@socks.example", "https://proxy.example"])("may be %s", (url) => {
    expect(given("wss://a.test/", { ALL_PROXY: url })).toBe(url);
  });

  test.each(["HTTPS_PROXY", "WSS_PROXY", "ALL_PROXY"])("is an http: one where %s has no scheme", (name) => {
    expect(given("wss://a.test/", { [name]: "me:secret@proxy.example:3128" })).toBe(
      "http://me:secret@proxy.example:3128",
    );
  });
});

describe("NO_PROXY", () => {
  test.each<[string, string, boolean]>([
    ["*", "wss://a.test/", false],
    ["a.test", "wss://a.test/", false],
    ["b.test,A.TEST", "wss://a.test:8443/feed", false],
    ["b.test a.test", "ws://a.test/", false],
    [".test", "wss://a.test/", false],
    ["*.test", "wss://a.b.test/", false],
    ["127.0.0.1", "ws://127.0.0.1:8080/", false],
    ["[::1]", "ws://[::1]:8080/", false],
    ["a.test:443", "wss://a.test/", false],
    ["a.test:80", "ws://a.test/", false],
    ["a.test:80", "wss://a.test/", true],
    ["a.test", "wss://b.a.test/", true],
    ["b.test", "wss://a.test/", true],
    ["", "wss://a.test/", true],
  ])("%j, and the way to %s: a proxy? %s", (noProxy, url, isUsed) => {
    const schemes = ["WS_PROXY", "WSS_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    const given2 = schemes
      .map((name) => {
        for (const other of schemes) vi.stubEnv(other, undefined);
        return given(url, { [name]: proxy("p"), NO_PROXY: noProxy });
      })
      .filter((given) => given !== undefined);
    // One variable is for the scheme itself, one for that of HTTP, one for all.
    expect(given2).toEqual(isUsed ? [proxy("p"), proxy("p"), proxy("p")] : []);
  });

  test("goes before a variable that cannot be used", () => {
    expect(given("wss://a.test/", { HTTPS_PROXY: "what?", no_proxy: "a.test" })).toBeUndefined();
  });
});

describe("a variable that cannot be used is named, and its password is not", () => {
  test.each([
    [
      "https_proxy",
      "socks4://me:secret@proxy.example",
      "must begin with http://, https://, socks5:// or socks5h://",
    ],
    ["HTTPS_PROXY", "http://me:secret@", "must be a url"],
    ["WSS_PROXY", "me:secret@proxy.example:port", "must be a url"],
    ["ALL_PROXY", "socks://me:secret@proxy.example", "must begin with"],
    ["all_proxy", "http://me:secret@proxy.example/path", "must end after the port"],
    ["HTTPS_PROXY", "http://me:secret%@proxy.example", "write % as %25"],
  ])("%s=%s", (name, value, text) => {
    let problem: unknown;
    try {
      given("wss://a.test/", { [name]: value });
    } catch (error) {
      problem = error;
    }
    expect(problem).toMatchObject({ code: "ERR_OPTION", option: name, value: undefined });
    const { message, stack } = problem as Error;
    expect(message).toMatch(new RegExp(`^${name} `));
    expect(message).toContain(text);
    expect(stack).not.toContain("secret");
  });
});
