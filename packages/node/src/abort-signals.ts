// Many clients on one AbortSignal: Node warns of a leak when an EventTarget has more than ten listeners of a type, so that
// all of ours share one.

import { type AbortSignalLike, chain } from "@gundam/core";
import { absorb } from "./dial/phase.ts";

interface Crowd {
  readonly listeners: Set<() => void>;
  readonly tell: () => void;
}

const crowds: WeakMap<AbortSignalLike, Crowd> = new WeakMap();

/** Calls `aborted` once the signal aborts; returns how to stop listening. */
export function onAbort(signal: AbortSignalLike, aborted: () => void): () => void {
  const { listeners, tell } = crowds.get(signal) ?? gather(signal);
  // The same function may be given twice.
  const listener = () => aborted();
  listeners.add(listener);
  return () => {
    if (!listeners.delete(listener) || listeners.size > 0) return;
    crowds.delete(signal);
    void chain<unknown, void>(signal.removeEventListener("abort", tell), absorb, absorb);
  };
}

function gather(signal: AbortSignalLike): Crowd {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  // It need not be Node's own.
  void chain<unknown, void>(signal.addEventListener("abort", tell), absorb, absorb);
  const crowd = { listeners, tell };
  crowds.set(signal, crowd);
  return crowd;
}
