// How a run ends: its exit code, and what the last lines say and advise.

import http from "node:http";
import { identity, pemPath } from "@gundam/testing/certificates";
import { describe, expect, test } from "vitest";
import { freePort, listen } from "../../node/test/dialling.ts";
import { connectProxy } from "../../node/test/proxies.ts";
import { exitCodes } from "../src/exit-codes.ts";
import { type Ended, echoServer, endlessInput, gundam, start } from "./world.ts";

const seen = new Set<number>();
function ending({ code, ...rest }: Ended): Ended {
  seen.add(code);
  return { code, ...rest };
}

describe("0: closed cleanly", () => {
  test("by us, when the input has ended and the server has read all of it", async () => {
    const server = await echoServer();
    const ended = ending(await gundam([server.url], { stdin: "one\ntwo\n" }));
    expect(ended).toMatchObject({ code: 0, stdout: "one\ntwo\n" });
    expect(server.record.messages.map(({ data }) => data)).toEqual(["one", "two"]);
    expect(server.record.closes).toMatchObject([{ code: 1000 }]);
  });

  test.each([
    ["with 1000, which is never tried again", "1000", []],
    ["with 1001", "1001", ["--no-retry"]],
  ])("by the server %s", async (_, code, args) => {
    const server = await echoServer();
    expect(await gundam([...args, "--wait", "forever", `${server.url}?close=${code}`])).toMatchObject({
      code: 0,
    });
    expect(server.record.counts.opens).toBe(1);
  });

  test("by the server without a code", async () => {
    const server = await echoServer();
    const running = start(["--wait", "forever", server.url]);
    await running.told("connected");
    server.closeAll();
    expect(await running.ended).toMatchObject({ code: 0 });
  });

  test("by one Ctrl-C while connected", async () => {
    const server = await echoServer();
    const running = start([server.url], { stdin: endlessInput() });
    await running.told("connected");
    running.signal("SIGINT");
    expect(await running.ended).toMatchObject({ code: 0 });
    expect(server.record.closes).toMatchObject([{ code: 1000 }]);
  });
});

describe("1: the connection failed, with what to do", () => {
  test("a name that is none", async () => {
    const { code, stderr } = ending(await gundam(["ws://no-such-host.invalid/"]));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gundam: could not look up no-such-host\.invalid \(E\w+\): .+\n$/);
  });

  test("nothing listens", async () => {
    const port = await freePort();
    const { code, stderr } = await gundam([`ws://127.0.0.1:${port}/`]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `gundam: could not connect to 127.0.0.1:${port} (ECONNREFUSED): nothing listens there; check the url and that the server runs
--retry forever waits until it is there.
`,
    );
  });

  test.each([401, 403])("HTTP %d: credentials", async (status) => {
    const server = await echoServer();
    const { code, stderr } = await gundam([
      "-H",
      "Authorization: Bearer secret",
      `${server.url}?refuse=${status}`,
    ]);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `HTTP status ${status}: check the credentials\nGive credentials with --auth-file`,
    );
    expect(stderr).not.toMatch(/function|secret/);
  });

  test("HTTP 404, and 200 of a page", async () => {
    const server = await echoServer();
    const page = http.createServer((_, response) => response.end("<html>"));
    const url = `http://127.0.0.1:${await listen(page, "127.0.0.1")}/`;
    const runs = await Promise.all([gundam([`${server.url}?refuse=404`]), gundam([url])]);
    expect(runs.map(({ code }) => code)).toEqual([1, 1]);
    expect(runs[0]!.stderr).toContain("HTTP status 404: is it a WebSocket server, and the url its own?");
    expect(runs[1]!.stderr).toContain("HTTP status 200: is it a WebSocket server, and the url its own?");
  });

  test("a redirect", async () => {
    const server = await echoServer();
    const { stderr } = await gundam([`${server.url}?refuse=302&header=Location:/there`]);
    expect(stderr).toContain("HTTP status 302: give the url that it leads to, or allow --max-redirects");
  });

  test.each([
    ["server", [], "if you trust its authority, give that by --ca"],
    ["self-signed", [], "if you trust it, give it by --ca"],
    ["expired", ["--ca", pemPath("authority")], "the server must renew it"],
    ["wrong-host", ["--ca", pemPath("authority")], "--servername can name another for the url's"],
  ] as const)("a certificate that is not trusted: %s", async (name, args, words) => {
    const server = await echoServer({ tls: identity(name) });
    const { code, stderr } = await gundam([...args, server.url]);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain("--insecure connects all the same, to whoever answers.");
    expect(stderr).not.toContain("tlsOpts");
  });

  test("wss: to a plain port, and ws: to one that speaks TLS", async () => {
    const [plain, secure] = await Promise.all([echoServer(), echoServer({ tls: identity("server") })]);
    const toPlain = await gundam([plain.url.replace("ws:", "wss:")]);
    expect(toPlain).toMatchObject({ code: 1 });
    expect(toPlain.stderr).toContain(
      "what answers there does not speak TLS; does the url mean ws: or http:?",
    );
    const toSecure = await gundam([secure.url.replace("wss:", "ws:")]);
    expect(toSecure).toMatchObject({ code: 1 });
    expect(toSecure.stderr).toMatch(/is it a (wss: url|WebSocket server)/);
  });

  test("a subprotocol that was not offered", async () => {
    const server = await echoServer();
    const { code, stderr } = await gundam(["-s", "a", `${server.url}?protocol=b`]);
    expect(code).toBe(1);
    expect(stderr).toContain("--subprotocol says which ones are offered.");
  });

  test("a proxy that wants to know who asks", async () => {
    const proxy = await connectProxy({ only: { user: "me", password: "secret" } });
    const { code, stderr } = await gundam(["--proxy", `http://127.0.0.1:${proxy.port}`, "ws://127.0.0.1:1/"]);
    expect(code).toBe(1);
    expect(stderr).toContain("407");
    expect(stderr).toContain("give a user and a password, --proxy http://user:password@host:port\n");
    expect(stderr).not.toContain("tcpOpts");
  });

  test("lost, and not tried again", async () => {
    const server = await echoServer();
    const { code, stderr } = await gundam(["--no-retry", "--wait", "forever", `${server.url}?drop`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/gundam: the connection to 127\.0\.0\.1:\d+ ended without a Close frame\n$/);
  });
});

describe("2: wrong usage", () => {
  const url = "ws://127.0.0.1:1/";
  test.each([
    [[], "there is no url: give one, such as wss://example.org/feed"],
    [
      ["ftp://example.org/"],
      "url must be a ws:, wss:, http: or https: url without a fragment: it has another scheme",
    ],
    [["--retrry", "4", url], "there is no option --retrry; did you mean --retry?"],
    [["--token=secret", url], "there is no option --token"],
    [["-Zsecret", url], "there is no option -Z"],
    [["--retry", "x", url], '--retry must be a whole number, or forever, not "x"'],
    [["--max-redirects", "21", url], '--max-redirects must be a whole number from 0 to 20, not "21"'],
    [["--wait"], "option '-w, --wait <s>' argument missing"],
    [
      ["--wait", "soon", url],
      '--wait must be a number of seconds, such as 0.5 or 30, or forever, not "soon"',
    ],
    [["--open-timeout", "0", url], '--open-timeout must be a number of seconds, such as 0.5 or 30, not "0"'],
    [
      ["--heartbeat", "ping", url],
      '--heartbeat must be a text, a comma, and a number of seconds, such as ping,20, not "ping"',
    ],
    [
      ["--max-payload", "1T", url],
      '--max-payload must be a number of bytes, or one with K, M or G, such as 64K, not "1T"',
    ],
    [
      ["-d", "\\q", url],
      "--delimiter must be a text in which \\n, \\r, \\t, \\0, \\xHH and \\\\ stand for characters",
    ],
    [["-d", "", url], "--delimiter must be a text that is not empty"],
    [["--binary-output", "octal", url], "Allowed choices are bytes, hex, base64."],
    [["--null", "--whole", url], "option '-0, --null' cannot be used with option '--whole'"],
    [["--json", "--binary", url], "option '--binary' cannot be used with option '--json'"],
    [
      ["-H", "Bearer secret", url],
      '--header must be "name: value", and the first has no name before a colon',
    ],
    [["-H", "Na me: secret", url], "--header cannot be sent: the name of field 1 is no name (RFC 9110 §5.1)"],
    [
      ["-H", "Connection: secret", url],
      '--header cannot be sent: "Connection" belongs to the opening handshake; leave it out',
    ],
    [["-H", "Authorization: secret", "--auth", "a:secret", url], "there are two Authorization header fields"],
    [["--auth", "secret", url], "take user:password, with the colon between"],
    [["--auth", "a:b", "--auth-file", "c", url], "cannot be used with option '--auth-file <file>'"],
    [["-s", "a b", url], "--subprotocol must be different subprotocol names (RFC 9110 tokens)"],
    [["--proxy", "secret", url], "--proxy must be a url, such as http://user:password@proxy.example:3128"],
    [["--ca", "/no/such/file", url], "--ca cannot be read: ENOENT"],
    [["--cert", "/dev/null", url], "--cert and --key go together"],
    [["--json", "-x", "secret", url], "the text of --execute is not JSON"],
  ])("%j", async (argv, problem) => {
    const ended = ending(await gundam(argv));
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toContain(`gundam: `);
    expect(ended.stderr).toContain(problem);
    expect(ended.stderr).toMatch(/\nTry --help\.\n$/);
    expect(ended.stderr).not.toContain("secret");
  });

  test.each([
    [
      "bytes that are no text",
      ["--no-retry"],
      Buffer.from([0xff]),
      "message 1 of stdin is not UTF-8, so it cannot be sent as text: use --binary",
    ],
    [
      "what is not JSON",
      ["--json"],
      "{}\nsecret\n",
      "message 2 of stdin is not JSON; without --json it is sent as it is",
    ],
    [
      "a line without an end",
      ["--max-payload", "4"],
      "12345",
      "larger than 4 bytes: raise --max-payload, or say with --delimiter",
    ],
  ])("input that cannot be sent: %s", async (_, args, stdin, problem) => {
    const server = await echoServer();
    const { code, stderr } = await gundam([...args, server.url], { stdin });
    expect(code).toBe(2);
    expect(stderr).toContain(
      `gundam: ${problem.startsWith("larger") ? "a message of stdin is " : ""}${problem}`,
    );
    expect(stderr).not.toContain("secret");
  });
});

describe("3: closed by the server with another code", () => {
  test("which is told, with its reason", async () => {
    const server = await echoServer();
    const args = ["--no-retry", "--wait", "forever", `${server.url}?close=4001&reason=bye`];
    const ended = ending(await gundam(args));
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('gundam: closed by the server (4001 "bye")\n');
  });

  test("and we gave up waiting for it to be back", async () => {
    const server = await echoServer();
    const { code, stderr } = await gundam(["--wait", "0.05", `${server.url}?close=1012&after=10`]);
    expect(stderr).toMatch(/lost \(1012 service restart\), trying again (in|at)/);
    expect(code).toBe(3);
  });
});

describe("4: messages were lost", () => {
  test("with a connection that was lost before the server had read them", async () => {
    const server = await echoServer();
    server.silenceAtOpen({ times: 1 });
    const stdin = endlessInput();
    const running = start([server.url], { stdin });
    await running.told("connected");
    stdin.write("one\n");
    await server.until(({ counts }) => counts.opens === 1);
    server.drop("rst");
    await running.told("connected again");
    stdin.end("two\n");
    const ended = ending(await running.ended);
    expect(ended).toMatchObject({ code: 4, stdout: "two\n" });
    expect(ended.stderr).toContain("gundam: 1 message may not have arrived\n");
  });

  test("which waited for a connection when we ended", async () => {
    const server = await echoServer();
    const stdin = endlessInput();
    const running = start([server.url], { stdin });
    await running.told("connected");
    server.goAway();
    await running.told("trying again");
    stdin.write("one\n");
    await running.told("the same again");
    running.signal("SIGINT");
    const { code, stderr } = ending(await running.ended);
    // More than messages went wrong.
    expect(code).toBe(130);
    expect(stderr).toContain("gundam: 1 message was not sent\n");
  });
});

describe("5: fewer messages than --messages", () => {
  test.each([
    ["within --wait", ["-n", "2", "--wait", "0.05", "-x", "one"], ""],
    ["before the server closed", ["-n", "2"], "?push=one&close=1000&after=10"],
  ])("%s", async (_, args, query) => {
    const server = await echoServer();
    const ended = ending(await gundam([...args, `${server.url}${query}`]));
    expect(ended.code).toBe(5);
    expect(ended.stderr).toMatch(/gundam: [01] messages? came, and --messages wants 2\n/);
  });
});

describe("130: interrupted", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("by two %ss, without waiting for the server: %d", async (signal, expected) => {
    const server = await echoServer();
    server.ignoreClose();
    const running = start([server.url], { stdin: endlessInput() });
    await running.told("connected");
    running.signal(signal);
    await server.until(({ counts }) => counts.closes === 1);
    running.signal(signal);
    expect(ending(await running.ended).code).toBe(expected);
  });

  test("by one while there is no connection", async () => {
    const running = start(["--retry", "forever", `ws://127.0.0.1:${await freePort()}/`]);
    await running.told("trying again");
    running.signal("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130 });
  });
});

test("every exit code of --help was seen", () => {
  expect([...seen].filter((code) => code < 129 || code === 130).sort((a, b) => a - b)).toEqual(
    Object.keys(exitCodes).map(Number),
  );
});
