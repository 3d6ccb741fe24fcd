// The cookie store: a tough-cookie jar as it is, and stores that answer late, wrongly or never.

import type { LookupFunction } from "node:net";
import { isGundamError, ProviderError, TimeoutError } from "@gundam/core";
import { CookieJar } from "tough-cookie";
import { describe, expect, test, vi } from "vitest";
import type { ClientOptions, CookieStore } from "../src/index.ts";
import { all, answeringServer, found, head, next, type Requested, start } from "./connecting.ts";
import { dial, echoServer, identity, pem, switchingProtocols } from "./dialling.ts";

const lookup: LookupFunction = (_hostname, _options, callback) =>
  callback(null, [{ address: "127.0.0.1", family: 4 }]);

/** A 101 with these fields. */
const opening = ({ request }: Requested, ...fields: string[]) =>
  switchingProtocols(request.headers["sec-websocket-key"]!, ...fields);

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A store of one list, sync, which keeps what it was asked and told. */
class ListStore {
  readonly cookies: string[] = [];
  readonly asked: string[] = [];
  readonly told: string[][] = [];

  getCookieString(url: string): string {
    this.asked.push(url);
    return this.cookies.join("; ");
  }

  setCookie(cookie: string, url: string): void {
    this.told.push([cookie, url]);
    this.cookies.push(cookie.split(";")[0]!);
  }
}

/** A jar in which a session is kept for the url. */
async function jarOf(cookie: string, url: string): Promise<CookieJar> {
  const jar = new CookieJar();
  await jar.setCookie(cookie, url.replace("ws", "http"));
  return jar;
}

describe("a tough-cookie jar", () => {
  test("keeps what the 101 sets, and sends it on the reconnect", async () => {
    const server = await answeringServer((requested) =>
      opening(requested, "Set-Cookie: sid=abc123; Path=/; HttpOnly", "Set-Cookie: theme=dark"),
    );
    const cookieStore = new CookieJar();
    const client = start({ url: server.url, cookieStore });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    expect(server.values("cookie")).toEqual([undefined, "sid=abc123; theme=dark", "sid=abc123; theme=dark"]);
  });

  test("keeps what a refusal sets, for the next attempt", async () => {
    const server = await answeringServer(({ request }) =>
      request.headers.cookie === undefined ? head(503, "Set-Cookie: route=b") : undefined,
    );
    await next(start({ url: server.url, cookieStore: new CookieJar() }), "connect");
    expect(server.values("cookie")).toEqual([undefined, "route=b"]);
  });

  test("keeps what a redirect sets, for the next request", async () => {
    const server = await answeringServer(({ url }) =>
      url === "/" ? found("/feed", "Set-Cookie: step=1") : undefined,
    );
    const client = start({ url: server.url, cookieStore: new CookieJar(), httpOpts: { maxRedirects: 1 } });
    await next(client, "connect");
    expect(server.values("cookie")).toEqual([undefined, "step=1"]);
  });

  test("lets a server set a cookie and redirect to the same url", async () => {
    const server = await answeringServer(({ request }) =>
      request.headers.cookie === undefined ? found("/", "Set-Cookie: seen=1") : undefined,
    );
    const cookieStore = new CookieJar();
    await next(start({ url: server.url, cookieStore, httpOpts: { maxRedirects: 5 } }), "connect");
    expect(server.values("cookie")).toEqual([undefined, "seen=1"]);
  });

  test("sends a cookie to no other path", async () => {
    const server = await answeringServer();
    const cookieStore = await jarOf("sid=1; Path=/private", `${server.url}private/`);
    await next(start({ url: `${server.url}public`, cookieStore }), "connect");
    await next(start({ url: `${server.url}private/feed`, cookieStore }), "connect");
    expect(server.values("cookie")).toEqual([undefined, "sid=1"]);
  });

  test("sends a cookie to no other host, on a redirect neither", async () => {
    const server = await answeringServer(({ url, request }) =>
      url === "/" ? found(`ws://there.test:${request.headers.host!.split(":")[1]}/feed`) : undefined,
    );
    const url = server.url.replace("127.0.0.1", "here.test");
    const cookieStore = await jarOf("sid=1", url);
    await cookieStore.setCookie("other=2", "http://there.test/");
    await next(start({ url, cookieStore, tcpOpts: { lookup }, httpOpts: { maxRedirects: 1 } }), "connect");
    expect(server.values("cookie")).toEqual(["sid=1", "other=2"]);
  });

  test("sends a Secure cookie over TLS only", async () => {
    const secure = await answeringServer(undefined, identity("server"));
    const server = await answeringServer();
    const cookieStore = await jarOf("sid=1; Secure; Domain=here.test", "https://here.test/");
    const options = {
      cookieStore,
      tcpOpts: { lookup },
      tlsOpts: { ca: pem("authority"), servername: "localhost" },
    };
    await next(start({ ...options, url: secure.url.replace("localhost", "here.test") }), "connect");
    await next(start({ ...options, url: server.url.replace("127.0.0.1", "here.test") }), "connect");
    expect([...secure.values("cookie"), ...server.values("cookie")]).toEqual(["sid=1", undefined]);
  });

  test("forgets a cookie that has expired", async () => {
    let connections = 0;
    const server = await answeringServer((requested) =>
      opening(requested, `Set-Cookie: sid=1; Max-Age=${connections++ === 0 ? 3600 : 0}`),
    );
    const client = start({ url: server.url, cookieStore: new CookieJar() });
    for (let i = 0; i < 3; i++) {
      await next(client, "connect");
      await turn();
      server.drop();
    }
    expect(server.values("cookie").slice(0, 3)).toEqual([undefined, "sid=1", undefined]);
  });

  test("refuses a cookie for another host, and that is an onError", async () => {
    const server = await answeringServer((requested) =>
      opening(requested, "Set-Cookie: a=1; Domain=other.test"),
    );
    const onError = vi.fn();
    const client = start({ url: server.url, cookieStore: new CookieJar(), onError });
    await next(client, "connect");
    await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(1));
    const [error] = onError.mock.calls[0]!;
    expect(error).toBeInstanceOf(ProviderError);
    expect(error.message).toContain(
      "the cookieStore.setCookie function failed: Cookie not in this host's domain",
    );
    expect(client.phase).toBe("open");
  });
});

describe("a store", () => {
  test("that is sync costs no promise: the request leaves in the turn of the connect", async () => {
    const server = await echoServer();
    const store = new ListStore();
    const { listener } = dial(server.url, { cookieStore: store });
    // Asked as the dial begins, before anybody could have answered.
    expect(store.asked).toEqual([server.url.replace("ws", "http")]);
    await listener.next("opened");
  });

  test("is asked and told by http: and https: urls, without userinfo", async () => {
    const secure = await answeringServer(
      (requested) => opening(requested, "Set-Cookie: a=1"),
      identity("server"),
    );
    const server = await answeringServer((requested) => opening(requested, "Set-Cookie: b=2"));
    const cookieStore = new ListStore();
    const tlsOpts = { ca: pem("authority") };
    await next(start({ url: secure.url.replace("://", "://me:x@"), cookieStore, tlsOpts }), "connect");
    await next(start({ url: `${server.url}feed?q=1`, cookieStore }), "connect");
    const urls = [secure.url.replace("wss", "https"), `${server.url.replace("ws", "http")}feed?q=1`];
    expect(cookieStore.asked).toEqual(urls);
    expect(cookieStore.told).toEqual([
      ["a=1", urls[0]],
      ["b=2", urls[1]],
    ]);
  });

  test("is asked again for each attempt and each redirect", async () => {
    const server = await answeringServer(({ url }) => (url === "/" ? found("/feed") : undefined));
    const cookieStore = new ListStore();
    const client = start({ url: server.url, cookieStore, httpOpts: { maxRedirects: 1 } });
    await next(client, "connect");
    server.drop();
    await next(client, "connect");
    const home = server.url.replace("ws", "http");
    expect(cookieStore.asked).toEqual([home, `${home}feed`, home, `${home}feed`]);
  });

  test.each<[ClientOptions["headers"], string]>([
    [{ Cookie: "mine=1" }, "Cookie: mine=1; theirs=2"],
    [{ cookie: ["mine=1", "more=3"] }, "cookie: mine=1; more=3; theirs=2"],
    [new Headers({ Cookie: "mine=1" }), "cookie: mine=1; theirs=2"],
  ])("adds to the user's own cookies, in one field", async (headers, field) => {
    const server = await answeringServer();
    const cookieStore = new ListStore();
    cookieStore.cookies.push("theirs=2");
    await next(start({ url: server.url, cookieStore, headers }), "connect");
    expect(server.requests[0]!.fields.filter((field) => /^cookie/i.test(field))).toEqual([field]);
  });

  test("of which transformHeaderName spells the field too", async () => {
    const server = await answeringServer();
    const cookieStore = new ListStore();
    cookieStore.cookies.push("a=1");
    const httpOpts = { transformHeaderName: (name: string) => name.toLowerCase() };
    await next(start({ url: server.url, cookieStore, httpOpts }), "connect");
    expect(server.requests[0]!.fields).toContain("cookie: a=1");
  });

  test.each([
    [false, ["early=1", "final=2"]],
    [true, ["final=2"]],
  ])("is told of informational responses, with cookieIgnoreInformational %s: %j", async (ignored, kept) => {
    const server = await answeringServer(
      (requested) =>
        "HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\nSet-Cookie: early=1\r\n\r\n" +
        opening(requested, "Set-Cookie: final=2"),
    );
    const cookieStore = new ListStore();
    const client = start({ url: server.url, cookieStore, httpOpts: { cookieIgnoreInformational: ignored } });
    await next(client, "connect");
    expect(cookieStore.cookies).toEqual(kept);
  });

  test("that is async has kept what a refusal sets before the next attempt asks", async () => {
    const server = await answeringServer(({ request }) =>
      request.headers.cookie === undefined ? head(503, "Set-Cookie: a=1") : undefined,
    );
    const list = new ListStore();
    const cookieStore = {
      getCookieString: async (url: string) => list.getCookieString(url),
      setCookie: async (cookie: string, url: string) => {
        await turn();
        list.setCookie(cookie, url);
      },
    };
    await next(start({ url: server.url, cookieStore }), "connect");
    expect(server.values("cookie")).toEqual([undefined, "a=1"]);
  });
});

describe("a get that fails", () => {
  test.each<[string, () => unknown, string]>([
    ["throws", () => JSON.parse("{"), "failed: "],
    ["rejects", () => Promise.reject(new Error("no database")), "failed: no database"],
    [
      "throws what is no error",
      () => Promise.reject(Object.create(null)),
      "failed: with an object that is no Error",
    ],
    ["answers a number", () => 5, "did not answer with a string that can be sent"],
    ["answers an array", async () => ["a=1"], "did not answer with a string that can be sent"],
    [
      "answers what breaks out",
      () => "a=1\r\nX-Injected: secret",
      "did not answer with a string that can be sent",
    ],
    // biome-ignore lint/suspicious/noThenProperty: that is what it tests.
    ["is a hostile promise", () => ({ then: () => JSON.parse("{") }), "failed: "],
  ])("%s: the attempt fails, and the next one asks again", async (_, getCookieString, text) => {
    const server = await answeringServer();
    let asked = 0;
    const cookieStore = {
      getCookieString: () => (asked++ === 0 ? getCookieString() : "a=1"),
      setCookie() {},
    } as CookieStore;
    const failures: unknown[] = [];
    const shouldRetry = (failure: unknown) => failures.push(failure) > 0;
    const client = start({ url: server.url, cookieStore, shouldRetry });
    const errors = all(client, "error");
    await next(client, "connect");
    expect(failures).toEqual([expect.objectContaining({ kind: "provider", phase: "upgrade", byUs: true })]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeInstanceOf(ProviderError);
    expect(errors[0].message).toContain(`the cookieStore.getCookieString function ${text}`);
    expect(errors[0].message).not.toContain("secret");
    expect(server.values("cookie")).toEqual(["a=1"]);
  });

  test.each([null, undefined, ""])("answers %s: there are no cookies", async (nothing) => {
    const server = await answeringServer();
    const cookieStore = { getCookieString: () => nothing as string, setCookie() {} };
    await next(start({ url: server.url, cookieStore }), "connect");
    expect(server.values("cookie")).toEqual([undefined]);
  });

  test("hangs: openTimeout ends the attempt, and a late answer is of no interest", async () => {
    const server = await answeringServer();
    const answers: ((cookies: string) => void)[] = [];
    const cookieStore = {
      getCookieString: () => new Promise<string>((resolve) => answers.push(resolve)),
      setCookie() {},
    };
    const client = start({ url: server.url, cookieStore, openTimeout: 200 });
    expect(await next(client, "error")).toMatchObject({ code: "ERR_TIMEOUT", phase: "upgrade" });
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    answers[0]!("late=1");
    answers[1]!("second=2");
    await next(client, "connect");
    expect(server.values("cookie")).toEqual(["second=2"]);
  });

  test("hangs: close() ends it, and the process hears nothing of a late rejection", async () => {
    const server = await answeringServer();
    let fail = (_: Error) => {};
    const cookieStore = {
      getCookieString: () =>
        new Promise<string>((_, reject) => {
          fail = reject;
        }),
      setCookie() {},
    };
    const client = start({ url: server.url, cookieStore });
    const phases = all(client, "phase");
    await vi.waitFor(() => expect(phases.at(-1)).toMatchObject({ phase: "upgrade", type: "start" }));
    await client.close();
    fail(new Error("too late"));
    await turn();
    expect(server.requests).toEqual([]);
  });

  test("takes so long that the server hangs up: that is the network's doing", async () => {
    const server = await echoServer();
    let answer = (_: string) => {};
    const cookieStore = {
      getCookieString: () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
      setCookie() {},
    };
    const connected = server.waitFor("connected");
    const { listener, socket } = dial(server.url, { cookieStore });
    await connected;
    await vi.waitFor(() => expect(listener.all("phase").at(-1)).toMatchObject({ phase: "upgrade" }));
    server.drop("rst");
    await vi.waitFor(() => expect(socket!.destroyed).toBe(true));
    answer("a=1");
    expect(await listener.next("lost")).toMatchObject({ kind: "network", phase: "upgrade" });
  });
});

describe("a set that fails", () => {
  const failing: [string, () => unknown][] = [
    ["throws", () => JSON.parse("{")],
    ["rejects", () => Promise.reject(new Error("disk full"))],
  ];

  test.each(failing)("%s after the 101: an onError, and the connection lives", async (_, setCookie) => {
    const server = await answeringServer((requested) =>
      opening(requested, "Set-Cookie: a=1", "Set-Cookie: b=2"),
    );
    const client = start({ url: server.url, cookieStore: { getCookieString: () => "", setCookie } });
    const errors = all(client, "error");
    await next(client, "connect");
    await vi.waitFor(() => expect(errors).toHaveLength(2));
    expect(errors.every((error) => error instanceof ProviderError)).toBe(true);
    expect(errors[0].message).toMatch(/^the cookieStore.setCookie function failed: /);
    expect(client.phase).toBe("open");
  });

  test.each(failing)(
    "%s after a refusal: an onError of its own, before the refusal's",
    async (_, setCookie) => {
      const server = await answeringServer(() => head(404, "Set-Cookie: a=1"));
      const client = start({ url: server.url, cookieStore: { getCookieString: () => "", setCookie } });
      const errors = all(client, "error");
      await next(client, "close");
      expect(errors.map(({ code }) => code)).toEqual(["ERR_PROVIDER", "ERR_REFUSED"]);
    },
  );

  test("hangs after a refusal: it is waited for no longer than callbackTimeout", async () => {
    const server = await answeringServer(() => head(404, "Set-Cookie: a=1"));
    const cookieStore = { getCookieString: () => "", setCookie: () => new Promise(() => {}) };
    const client = start({ url: server.url, cookieStore, callbackTimeout: 100 });
    const errors = all(client, "error");
    const { code } = await next(client, "close");
    expect(code).toBe(404);
    expect(errors[0]).toBeInstanceOf(TimeoutError);
    expect(errors[0].message).toBe("cookieStore.setCookie took longer than callbackTimeout (100 ms)");
    expect(errors.every(isGundamError)).toBe(true);
  });

  test("hangs after the 101: nobody waits", async () => {
    const server = await echoServer({ headers: { "Set-Cookie": "a=1" } });
    const cookieStore = { getCookieString: () => "", setCookie: () => new Promise(() => {}) };
    const client = start({ url: server.url, cookieStore });
    await client.ready();
    await client.close();
  });

  test("rejects after the connection is gone: nothing is told", async () => {
    const server = await echoServer({ headers: { "Set-Cookie": "a=1" } });
    let fail = (_: Error) => {};
    const setCookie = () =>
      new Promise((_, reject) => {
        fail = reject;
      });
    const { transport, listener } = dial(server.url, {
      cookieStore: { getCookieString: () => "", setCookie },
    });
    await listener.next("opened");
    transport.abandon();
    listener.abandoned();
    fail(new Error("too late"));
    await turn();
    expect(listener.all("troubled")).toEqual([]);
  });

  test("may be answered with an abandon, and then nothing opens", async () => {
    const server = await echoServer({ headers: { "Set-Cookie": "a=1" } });
    const cookieStore = { getCookieString: () => "", setCookie: () => JSON.parse("{") };
    const { transport, listener } = dial(server.url, { cookieStore });
    listener.onHeard = (event) => {
      if (event !== "troubled") return;
      transport.abandon();
      listener.abandoned();
    };
    await server.until(({ counts }) => counts.disconnects === 1);
    await turn();
    expect(listener.story).toEqual(["troubled"]);
  });

  test("may be answered with a close, and then nothing opens", async () => {
    const server = await answeringServer((requested) => opening(requested, "Set-Cookie: a=1"));
    const opened = vi.fn();
    const client = start({
      url: server.url,
      cookieStore: { getCookieString: () => "", setCookie: () => JSON.parse("{") },
    });
    client.on("connect", opened);
    client.on("error", () => void client.terminate());
    await next(client, "close");
    await turn();
    expect(opened).not.toHaveBeenCalled();
  });
});

describe("refused credentials are tried once more when the store has others by now:", () => {
  /** Refused until the cookie is right. */
  const guarded = (answer: readonly string[]) =>
    answeringServer(({ request }) =>
      request.headers.cookie?.includes("sid=right") ? undefined : head(401, ...answer),
    );

  test.each<[string, readonly string[], (store: ListStore) => unknown]>([
    ["the refusal has set one", ["Set-Cookie: sid=right"], () => {}],
    ["somebody has", [], (store) => void store.cookies.splice(0, 1, "sid=right")],
  ])("%s", async (_, answer, change) => {
    const server = await guarded(answer);
    const cookieStore = new ListStore();
    cookieStore.cookies.push("sid=old");
    const client = start({ url: server.url, cookieStore });
    client.on("error", () => change(cookieStore));
    await next(client, "connect");
    expect(server.requests).toHaveLength(2);
  });

  test("not when they are the same", async () => {
    const server = await guarded([]);
    const client = start({ url: server.url, cookieStore: new ListStore() });
    expect(await next(client, "close")).toMatchObject({ code: 401 });
    expect(server.requests).toHaveLength(1);
  });

  test("once per stable connection", async () => {
    let times = 0;
    const server = await answeringServer(() => head(403, `Set-Cookie: sid=${++times}`));
    const client = start({ url: server.url, cookieStore: new ListStore() });
    expect(await next(client, "close")).toMatchObject({ code: 403 });
    expect(server.requests).toHaveLength(2);
  });

  test("after a close code, too, and with a store that takes its time", async () => {
    const server = await echoServer({ headers: { "Set-Cookie": "sid=right" } });
    const cookieStore = new CookieJar();
    const client = start({ url: server.url, cookieStore });
    await next(client, "connect");
    server.closeAll(1008);
    await next(client, "connect");
    server.closeAll(1008);
    expect(await next(client, "close")).toMatchObject({ code: 1008 });
  });

  test("a store that has nothing to say, or hangs, has no others", async () => {
    for (const broken of [
      () => {
        throw new Error("no store");
      },
      () => new Promise<string>(() => {}),
    ]) {
      const server = await answeringServer(() => head(401));
      let asked = 0;
      const cookieStore = { getCookieString: () => (asked++ === 0 ? "" : broken()), setCookie() {} };
      const client = start({ url: server.url, cookieStore, callbackTimeout: 50 });
      expect(await next(client, "close")).toMatchObject({ code: 401 });
      expect([server.requests.length, asked]).toEqual([1, 2]);
    }
  });
});
