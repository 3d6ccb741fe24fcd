import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  applyFault,
  type EchoServer,
  type Fault,
  faults,
  readFault,
  startEchoServer,
  usageOf,
} from "../../src/server/index.ts";
import { closed, failure, open, refused, roundTrip } from "./clients.ts";

let server: EchoServer;

beforeEach(async () => {
  server = await startEchoServer();
});

afterEach(() => server.stop());

describe("the table", () => {
  it("is plain data", () => {
    expect(JSON.parse(JSON.stringify(faults))).toEqual(faults);
  });

  it("names each fault once, in kebab case", () => {
    const names = faults.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("shows how each is typed", () => {
    expect(faults.map(usageOf)).toContain("drop [fin|rst]");
  });

  it.each(faults.map(({ name }) => name))(
    "%s applies with its defaults, and behave() ends it",
    async (name) => {
      const client = await open(server.url);
      await applyFault(server, { name });
      client.terminate();
      await server.behave();
      expect(await roundTrip(await open(server.url), "well")).toBe("well");
    },
  );
});

describe("applying by name", () => {
  it("closes with the arguments given", async () => {
    const client = await open(server.url);
    await applyFault(server, { name: "close", code: 4001, reason: "bye" });
    expect(await closed(client)).toEqual({ code: 4001, reason: "bye" });
  });

  it.each<[string, Fault["headers"]]>([
    ["an object", { "Retry-After": "5", "Set-Cookie": ["a=1", "b=2"] }],
    ["lines", "Retry-After: 5\nSet-Cookie: a=1\nSet-Cookie: b=2"],
    ["words", "Retry-After:5|Set-Cookie:a=1|Set-Cookie:b=2"],
  ])("takes headers as %s", async (_, headers) => {
    await applyFault(server, { name: "refuse", status: 429, headers, times: 1 });
    expect((await refused(server.url)).headers).toMatchObject({
      "retry-after": "5",
      "set-cookie": ["a=1", "b=2"],
    });
  });

  it("takes what a form yields: digits, and empty fields for what is left out", async () => {
    const form = { name: "refuse", status: "502", times: "", headers: "", body: "" };
    await applyFault(server, form as unknown as Fault);
    expect(await refused(server.url)).toMatchObject({ status: 502, body: "" });
  });

  it("is away for a time without making the caller wait", async () => {
    const back = server.waitFor("cameBack");
    await applyFault(server, { name: "away", ms: 20 });
    expect((await failure(server.url)).code).toBe("ECONNREFUSED");
    await back;
  });

  it.each<[string, object, string]>([
    ["an unknown name", { name: "explode" }, '"explode" is no fault; the faults are behave, push,'],
    ["a name from the prototype", { name: "constructor" }, '"constructor" is no fault'],
    ["no name", {}, "is no fault"],
    ["an unknown argument", { name: "drop", code: 1 }, "drop.code is no argument; usage: drop [fin|rst]"],
    ["a wrong choice", { name: "drop", how: "gently" }, 'drop.how must be one of fin, rst, not "gently"'],
    [
      "a word for a number",
      { name: "refuse", status: "no" },
      'refuse.status must be an integer from 200 to 599, not "no"',
    ],
    [
      "a number out of range",
      { name: "close", code: 70000 },
      "close.code must be an integer from 0 to 65535, not 70000",
    ],
    ["a number for a text", { name: "push", message: 1 }, "push.message must be a string, not 1"],
    ["bad headers", { name: "refuse", headers: "no colon" }, "refuse.headers must be headers"],
    ["headers that split", { name: "refuse", headers: { A: "1\r\nB: 2" } }, "refuse.headers must be headers"],
  ])("rejects %s and changes nothing", async (_, fault, text) => {
    await expect(applyFault(server, fault as Fault)).rejects.toMatchObject({
      code: "ERR_OPTION",
      message: expect.stringContaining(text),
    });
    expect(await roundTrip(await open(server.url), "well")).toBe("well");
  });
});

describe("reading a typed line", () => {
  it.each<[string, object]>([
    ["drop", { name: "drop" }],
    ["  drop   rst ", { name: "drop", how: "rst" }],
    ["refuse 503", { name: "refuse", status: "503" }],
    ["refuse 503 2", { name: "refuse", status: "503", times: "2" }],
    ["refuse 503 headers=Retry-After:5", { name: "refuse", status: "503", headers: "Retry-After:5" }],
    ["refuse body=come back later", { name: "refuse", body: "come back later" }],
    ["away 3000", { name: "away", ms: "3000" }],
    ["close 4001 see you later", { name: "close", code: "4001", reason: "see you later" }],
    ["close reason=see you", { name: "close", reason: "see you" }],
    ["push a=b c", { name: "push", message: "a=b c" }],
    ["bad-frame masked", { name: "bad-frame", frame: "masked" }],
  ])("reads %j", (line, fault) => {
    expect(readFault(line)).toEqual(fault);
  });

  it("tells of a word too many", () => {
    expect(() => readFault("drop rst now")).toThrow('drop takes no "now": drop [fin|rst]');
  });

  it("tells of an unknown fault", () => {
    expect(() => readFault("explode")).toThrow('"explode" is no fault');
  });
});
