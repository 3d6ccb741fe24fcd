// Whether a client keeps its process alive: its timer, and its connection. As Node's own handles it does at first.

import type { CancelTimer, Connection, Dial, Runtime } from "@gundam/core";
import type { ResolvedNodeOptions } from "./node-options.ts";
import { nodeRuntime } from "./node-runtime.ts";

export class ProcessHold {
  #isRef = true;
  #timer: NodeJS.Timeout | undefined = undefined;
  #connection: Connection | undefined = undefined;
  readonly #dial: Dial<ResolvedNodeOptions, Connection>;
  readonly runtime: Runtime = Object.create(nodeRuntime, {
    setTimer: { value: (delay: number, fire: () => void) => this.#setTimer(delay, fire) },
  });

  constructor(dial: Dial<ResolvedNodeOptions, Connection>) {
    this.#dial = dial;
  }

  readonly dial: Dial<ResolvedNodeOptions, Connection> = (request, listener) => {
    this.#connection = this.#dial(request, listener);
    if (!this.#isRef) this.#connection.setRef?.(false);
    return this.#connection;
  };

  setRef(isRef: boolean): void {
    this.#isRef = isRef;
    this.#connection?.setRef?.(isRef);
    if (isRef) this.#timer?.ref();
    else this.#timer?.unref();
  }

  /** A client has one timer: the last. */
  #setTimer(delay: number, fire: () => void): CancelTimer {
    const timer = setTimeout(fire, delay);
    if (!this.#isRef) timer.unref();
    this.#timer = timer;
    return () => clearTimeout(timer);
  }
}
