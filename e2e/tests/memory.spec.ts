// What the page keeps: after any number of reconnects, toggles and changes of view no more than after the first ones.
// Chromium alone: Firefox lets nobody outside collect its garbage, nor tells what it holds.

import type { Page } from "@playwright/test";
import { addressOf, expect, type Playground, test } from "./playground.ts";

/** The server in the page: the quickest there is. */
const address = addressOf("server=in-page");

test("60 reconnects: the heap holds the log, and not what was drawn of it @slow @chromium", async ({
  secluded: playground,
}) => {
  test.slow();
  const heap = await Heap.of(playground, address);
  await reconnect(playground.page, 10);
  const before = await heap.measure();
  await reconnect(playground.page, 60);
  const after = await heap.measure();
  // 500 entries of the log, as objects and as elements.
  expect(after.bytes - before.bytes).toBeLessThan(4_000_000);
  expect(after.nodes - before.nodes).toBeLessThan(500 * 14);
  expect(after.listeners).toBe(before.listeners);
});

test("300 reconnects: the heap is flat once the log is full @slow @chromium", async ({
  secluded: playground,
}) => {
  test.setTimeout(300_000);
  const heap = await Heap.of(playground, address);
  await reconnect(playground.page, 80);
  const before = await heap.measure();
  await reconnect(playground.page, 300);
  heap.expectFlat(before, await heap.measure());
});

test("toggles and changes of view leave nothing behind @slow @chromium", async ({ secluded: playground }) => {
  test.setTimeout(300_000);
  const { page } = playground;
  const heap = await Heap.of(playground, address);
  const round = async () => {
    const comparison = page.getByRole("checkbox", { name: "Two clients" });
    await comparison.check();
    await playground.second.expectState("open");
    await comparison.uncheck();
    for (const view of ["Storm", "Race", "Connection"]) {
      await page.getByRole("link", { name: view, exact: true }).click();
      await expect(page.locator(`main.${view.toLowerCase()}`)).toBeAttached();
    }
    await playground.expectState("open");
  };
  // The second client's connects are told in both logs.
  await reconnect(page, 80);
  for (let count = 0; count < 8; count++) await round();
  const before = await heap.measure();
  for (let count = 0; count < 12; count++) await round();
  heap.expectFlat(before, await heap.measure());
});

interface Held {
  readonly bytes: number;
  /** Of documents, those that are detached included. */
  readonly nodes: number;
  readonly listeners: number;
}

class Heap {
  readonly #measure: () => Promise<Held>;

  static async of(playground: Playground, address: string): Promise<Heap> {
    const { page } = playground;
    await page.goto(address);
    await playground.expectState("open");
    // What is recorded is drawn, step by step, until there are a hundred.
    const recording = page.getByRole("button", { name: "Record", exact: true });
    await recording.click();
    await expect(recording).toHaveAttribute("aria-pressed", "false");
    const devtools = await page.context().newCDPSession(page);
    return new Heap(async () => {
      // What the first collection finalizes, the second frees.
      for (let count = 0; count < 2; count++) await devtools.send("HeapProfiler.collectGarbage");
      const { usedSize } = await devtools.send("Runtime.getHeapUsage");
      const { nodes, jsEventListeners } = await devtools.send("Memory.getDOMCounters");
      return { bytes: usedSize, nodes, listeners: jsEventListeners };
    });
  }

  private constructor(measure: () => Promise<Held>) {
    this.#measure = measure;
  }

  measure(): Promise<Held> {
    return this.#measure();
  }

  expectFlat(before: Held, after: Held): void {
    // Compiled code, and feedback on it, come and go.
    expect(after.bytes - before.bytes).toBeLessThan(1_000_000);
    // What is on the page as it is measured: a bar more, a countdown less.
    expect(Math.abs(after.nodes - before.nodes)).toBeLessThan(200);
    expect(Math.abs(after.listeners - before.listeners)).toBeLessThan(10);
  }
}

/** Within the page, for a press from without takes longer than a reconnect. */
async function reconnect(page: Page, times: number): Promise<void> {
  await page.evaluate(async (times) => {
    const frame = () => new Promise(requestAnimationFrame);
    const find = <Found extends HTMLElement>(selector: string) => document.querySelector<Found>(selector)!;
    for (let count = 0; count < times; count++) {
      find(".status .primary").click();
      do await frame();
      while (find(".status").dataset.state !== "open");
    }
  }, times);
}
