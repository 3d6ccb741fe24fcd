// What a page goes through, as the lifecycle wants to know it. Workers, and whatever else has no document, go through
// nothing. Page Lifecycle: https://wicg.github.io/page-lifecycle/; back/forward cache: a page with an open WebSocket may
// not enter it, so the connection is closed when the page is put away.

import type { PageSignal } from "@gundam/core";

const asleep: PageSignal = { type: "sleep" };
const awake: PageSignal = { type: "wake", hasSlept: true };
const noticed: PageSignal = { type: "wake", hasSlept: false };

/** Tells what the page goes through, until the returned function is called. */
export function watchPage(heard: (signal: PageSignal) => void): () => void {
  const listeners: (readonly [EventTarget, string, (event: Event) => void])[] = [];
  const listen = (target: EventTarget, type: string, listener: (event: Event) => void) => {
    target.addEventListener(type, listener);
    listeners.push([target, type, listener]);
  };
  if (typeof document !== "undefined") {
    listen(window, "pagehide", () => heard(asleep));
    listen(document, "freeze", () => heard(asleep));
    listen(document, "resume", () => heard(awake));
    listen(window, "pageshow", (event) => (event as PageTransitionEvent).persisted && heard(awake));
    listen(document, "visibilitychange", () => isHidden() || heard(noticed));
  }
  if (typeof addEventListener === "function")
    listen(globalThis as unknown as EventTarget, "online", () => heard(noticed));
  return () => {
    for (const [target, type, listener] of listeners) target.removeEventListener(type, listener);
  };
}

export function isHidden(): boolean {
  return typeof document !== "undefined" && document.visibilityState === "hidden";
}
