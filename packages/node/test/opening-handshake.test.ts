// What we take from ws besides what it documents: that it hands over a socket whose opening handshake it has checked, and
// does nothing with it itself.

import { createRequire } from "node:module";
import { closeFrame, frame, opcodes } from "@gundam/testing/server";
import { afterEach, describe, expect, test, vi } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { OpeningHandshake } from "../src/dial/opening-handshake.ts";
import { type Carrier, dial, servingOver, switchingProtocols, tcpServer, trusting } from "./dialling.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const deflate = "Sec-WebSocket-Extensions: permessage-deflate";

test("ws is the one version of which the following is known, for isomorphic-ws too, and published with the package", () => {
  expect(manifest.devDependencies.ws).toMatch(/^\d+\.\d+\.\d+$/);
  expect(manifest.devDependencies["ws-from-npm"]).toBe(`npm:ws@${manifest.devDependencies.ws}`);
  const ours = createRequire(import.meta.url);
  const theirs = createRequire(ours.resolve("isomorphic-ws"));
  expect(ours("ws/package.json").version).toBe(manifest.devDependencies.ws);
  expect(theirs.resolve("ws")).toBe(ours.resolve("ws"));
  expect(manifest.imports["#ws"].default).toBe("./cjs/isomorphic-ws.cjs");
});

describe.each<[Carrier, string, boolean]>([
  ["TCP", "without permessage-deflate", false],
  ["TCP", "with permessage-deflate", true],
  ["TLS", "without permessage-deflate", false],
  ["TLS", "with permessage-deflate", true],
])("over %s, %s", (carrier, _, compress) => {
  const given = { ...trusting, wsOpts: { compress } };
  const fields = compress ? [deflate] : [];

  test("ws hands over the socket of the handshake once, with what came glued to the 101, and lets go of it", async () => {
    const glued = Buffer.concat([frame(opcodes.text, "glued"), frame(opcodes.ping, "!")]);
    const setSocket = vi.spyOn(OpeningHandshake.prototype, "setSocket");
    const url = await servingOver(carrier, {
      glued,
      fields,
      serve: (socket) => socket.once("data", () => socket.write(closeFrame(4000))),
    });
    const { listener, socket } = dial(url, given);
    const { extensions } = await listener.next("opened");
    expect(extensions).toBe(compress ? "permessage-deflate" : "");
    expect(await listener.next("lost")).toMatchObject({ kind: "close", code: 4000 });
    expect(listener.story).toEqual(["opened", "message", "ping", "lost"]);

    expect(setSocket).toHaveBeenCalledTimes(1);
    const [handed, head] = setSocket.mock.calls[0]!;
    expect([handed.localPort, handed.remotePort]).toEqual([socket!.localPort, socket!.remotePort]);
    expect(head.equals(glued)).toBe(true);
    expect(setSocket.mock.contexts[0]).toMatchObject({
      _receiver: null,
      _sender: null,
      _socket: null,
      _extensions: compress ? { "permessage-deflate": expect.anything() } : {},
    });
    const own = handed.listeners("data").concat(handed.listeners("close"), handed.listeners("end"));
    expect(own.filter(({ name }) => name.startsWith("socketOn"))).toEqual([]);
  });

  test("nothing is handed over of an answer that ws refuses", async () => {
    const setSocket = vi.spyOn(OpeningHandshake.prototype, "setSocket");
    const url = await servingOver(carrier, { fields: ["Sec-WebSocket-Extensions: x-unknown"] });
    const { listener } = dial(url, given);
    expect(await listener.next("lost")).toMatchObject({ kind: "protocol", phase: "upgrade" });
    expect(setSocket).not.toHaveBeenCalled();
  });
});

test("nor of one that answers another client's key", async () => {
  const setSocket = vi.spyOn(OpeningHandshake.prototype, "setSocket");
  const port = await tcpServer((socket) =>
    socket.once("data", () => socket.write(switchingProtocols("another's"))),
  );
  const { listener } = dial(`ws://127.0.0.1:${port}/`);
  expect(await listener.next("lost")).toMatchObject({ kind: "protocol", phase: "upgrade" });
  expect(setSocket).not.toHaveBeenCalled();
});
