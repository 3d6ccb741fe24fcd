// Core's runtime port on Node.

import { expect, onTestFinished, test, vi } from "vitest";
import { nodeRuntime } from "../src/node-runtime.ts";

test("a report is a warning, whatever was thrown", () => {
  const emitWarning = vi.spyOn(process, "emitWarning").mockReturnValue();
  onTestFinished(() => emitWarning.mockRestore());
  const hostile = { [Symbol.for("nodejs.util.inspect.custom")]: () => JSON.parse("{") };
  const thrown = [new Error("a callback failed"), "text", undefined, Object.create(null), hostile];
  for (const error of thrown) nodeRuntime.report(error);
  const warnings = emitWarning.mock.calls.map(([warning]) => warning as Error);
  expect(warnings.map(({ name }) => name)).toEqual(thrown.map(() => "GundamWarning"));
  expect(warnings.map(({ cause }) => cause)).toEqual(thrown);
  expect(warnings[0]).toHaveProperty("detail", expect.stringContaining("Error: a callback failed\n    at "));
});

test("a cancelled timer does not fire, and cancelling twice is harmless", async () => {
  const fired: string[] = [];
  const cancel = nodeRuntime.setTimer(0, () => fired.push("cancelled"));
  cancel();
  cancel();
  await new Promise<void>((resolve) => nodeRuntime.setTimer(1, resolve));
  expect(fired).toEqual([]);
});

test("a microtask runs in order with promises, after the current code", async () => {
  const order: string[] = [];
  void Promise.resolve().then(() => order.push("promise"));
  nodeRuntime.microtask(() => order.push("microtask"));
  order.push("code");
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual(["code", "promise", "microtask"]);
});

test("an abort signal may have any number of listeners", async () => {
  const emitWarning = vi.spyOn(process, "emitWarning").mockReturnValue();
  onTestFinished(() => emitWarning.mockRestore());
  const { signal } = nodeRuntime.abortController();
  for (let i = 0; i < 100; i++) signal.addEventListener("abort", () => {});
  expect(emitWarning).not.toHaveBeenCalled();
});

test("a url is parsed, or is none", () => {
  expect(nodeRuntime.parseUrl("ws://Example.org")?.href).toBe("ws://example.org/");
  expect(nodeRuntime.parseUrl("/feed")).toBeUndefined();
});
