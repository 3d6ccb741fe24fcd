// The opening handshake, and all that can go wrong in it: before `opened`, a `lost` may come at any time.

import type { FailureKind } from "@gundam/core";
import { expect, test } from "vitest";
import { expectFailure, type Workbench } from "./workbench.ts";

export function openingHandshake(bench: Workbench): void {
  const { can, violation } = bench;

  test("dial tells nothing but phases before it returns", async () => {
    const { listener } = bench.dial();
    expect(listener.all("phase")).not.toHaveLength(0);
    expect(listener.story).toEqual([]);
    await listener.next("opened");
    expect(listener.story).toEqual(["opened"]);
  });

  test("opened tells the subprotocol that the server selected", async () => {
    const { listener } = bench.dial("protocol=beta", ["alpha", "beta"]);
    expect((await listener.next("opened")).protocol).toBe("beta");
  });

  test("opened tells of no subprotocol and no extension where there is none", async () => {
    const { listener } = bench.dial();
    expect(await listener.next("opened")).toMatchObject({ protocol: "", extensions: "" });
  });

  test("opened shows the response's headers, or none", async () => {
    const { headers } = await bench.dial().listener.next("opened");
    expect(headers.get("Upgrade")).toBe(can.showsResponse ? "websocket" : null);
    const names: string[] = [];
    headers.forEach((_, name) => {
      names.push(name.toLowerCase());
    });
    expect(names.includes("sec-websocket-accept")).toBe(can.showsResponse);
  });

  test("a message right behind the 101 follows opened", async () => {
    const { listener } = bench.dial("push=hello&count=3");
    for (let i = 0; i < 3; i++) await listener.next("message");
    expect(listener.story).toEqual(["opened", "message", "message", "message"]);
  });

  test("a refused upgrade is the loss, before opened", async () => {
    const { listener } = bench.dial("refuse=503&header=Retry-After:5&body=busy");
    const failure = await listener.next("lost");
    expect(listener.story).toEqual(["lost"]);
    if (!can.showsResponse) return expectFailure(failure, ["network"]);
    expectFailure(failure, ["response"]);
    expect(failure).toMatchObject({
      status: 503,
      retryAfter: 5000,
      error: { code: "ERR_REFUSED", status: 503 },
    });
    expect(failure.headers?.get("Retry-After")).toBe("5");
  });

  const failures: [server: string, faults: string, protocols: string[], kinds: FailureKind[]][] = [
    ["answers garbage instead of HTTP", "garbage", [], ["network", "protocol"]],
    ["answers another client's key", "wrong-accept", [], [violation]],
    ["selects a subprotocol that was not offered", "protocol=wrong", ["alpha"], [violation]],
    ["ends TCP in the middle of the 101", "drop-at-upgrade=fin", [], ["network"]],
    ["resets TCP in the middle of the 101", "drop-at-upgrade=rst", [], ["network"]],
  ];
  if (can.isStrict) {
    failures.push(["selects a subprotocol although none was offered", "protocol=alpha", [], [violation]]);
  }
  test.each(failures)("a server that %s is a loss, before opened", async (_, faults, protocols, kinds) => {
    const { listener } = bench.dial(faults, protocols);
    expectFailure(await listener.next("lost"), kinds);
    expect(listener.story).toEqual(["lost"]);
  });

  test.each(["fin", "rst"] as const)(
    "TCP that ends (%s) as soon as it is accepted is a loss",
    async (how) => {
      await bench.server.fault({ name: "drop-at-accept", how });
      const { listener } = bench.dial();
      expectFailure(await listener.next("lost"), ["network"]);
      expect(listener.story).toEqual(["lost"]);
    },
  );

  test("a port where nothing listens is a loss", async () => {
    await bench.server.fault({ name: "away" });
    const { listener } = bench.dial();
    const failure = await listener.next("lost");
    expectFailure(failure, ["network"]);
    expect(listener.story).toEqual(["lost"]);
  });

  test("a loss while connecting names the phase that was told last", async () => {
    const { listener } = bench.dial("drop-at-upgrade=fin");
    const { phase } = await listener.next("lost");
    expect(phase).toBe(listener.all("phase").at(-1)?.phase);
  });
}
