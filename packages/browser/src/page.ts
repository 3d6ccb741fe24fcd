// What a page goes through, and its machine with it, as the lifecycle wants to know it: one watch a realm, for all of its
// clients. Workers, and whatever else has no document, go through sleeps, and may come online. Page Lifecycle:
// https://wicg.github.io/page-lifecycle/; back/forward cache: no WebSocket outlives it, and Firefox lets no page in that has one
// open, so the connection is closed when the page is put away. What is done about all of it: docs/page.md.

import { lookForSleep, type PageSignal, type Parting, type Watcher } from "@gundam/core";
import { clocks } from "./clocks.ts";

const asleep: PageSignal = { type: "sleep" };
const awake: PageSignal = { type: "wake", hasSlept: true };
const shown: PageSignal = { type: "wake", hasSlept: false };

/** What each event means. */
const signals: Readonly<Record<string, PageSignal>> = {
  pagehide: asleep,
  freeze: asleep,
  resume: awake,
  pageshow: awake,
  visibilitychange: shown,
  online: { ...shown, isOnline: true },
};

/** How often the clocks are looked at while any client lives, in ms. */
const TICK = 15_000;
/**
 * For how long a realm that is awake may run nothing of ours, in ms. Browsers run the timers of a page that nobody sees
 * once a minute.
 */
const PATIENCE = 30_000;
const HIDDEN_PATIENCE = 95_000;

/** The clients that live, and whether they want to hear of their page: then maybe what their Close is to say. */
const watchers: Map<Watcher, false | Parting> = /* @__PURE__ */ new Map();
let ticking: ReturnType<typeof setTimeout>;

/** Looks whether the machine has slept: before anything is sent, and with each event. */
export const look: () => boolean = /* @__PURE__ */ lookForSleep(
  clocks,
  (signal) => tell(signal, true),
  () => (isHidden() ? HIDDEN_PATIENCE : PATIENCE),
);

/** Tells what the machine goes through, and with `pageSignals` what the page does, until the returned function is called. */
export function watch(watcher: Watcher, pageSignals: boolean | Parting): () => void {
  // A copy: what users give can change, and throw.
  const parting = pageSignals && { ...(pageSignals as Parting) };
  if (watchers.size === 0) begin();
  watchers.set(watcher, parting);
  return () => {
    watchers.delete(watcher);
    if (watchers.size === 0) end();
  };
}

export function isHidden(): boolean {
  return globalThis.document?.visibilityState === "hidden";
}

function begin(): void {
  tick();
  // In a page `freeze`, `resume` and `visibilitychange` are its document's, and pass here on their way. workerd throws when it
  // is asked for that.
  for (const type in signals) globalThis.addEventListener?.(type, hear, !!globalThis.document);
}

function end(): void {
  clearTimeout(ticking);
  for (const type in signals) globalThis.removeEventListener?.(type, hear, !!globalThis.document);
}

function tick(): void {
  look();
  ticking = setTimeout(tick, TICK);
}

function hear({ type, persisted, isTrusted }: Event & { readonly persisted?: boolean }): void {
  look();
  const signal = signals[type]!;
  // What others send in their listeners leaves before our Close: a listener that is added now is the last. Chromium calls it
  // for an event of its own only, not for one that a script dispatches.
  if (type === "pagehide" && isTrusted) addEventListener(type, () => tell(signal), { once: true });
  // Of no consequence are a page that was loaded, and one that was hidden.
  else if (persisted !== false && !(type === "visibilitychange" && isHidden())) tell(signal);
}

function tell(signal: PageSignal, isForAll = false): void {
  for (const [watcher, parting] of [...watchers]) {
    if (isForAll || parting) watcher.post({ ...signal, ...parting });
  }
}
