// What a client on Node has of its platform for itself: its way to dial, and whether it keeps its process alive by its
// timer and its connection. As Node's own handles it does at first. All the rest is everybody's, behind the prototype.

import type { CancelTimer, Connection, Dial, Platform, Runtime } from "@gundam/core";
import type { ResolvedNodeOptions } from "./node-options.ts";
import { nodePlatform } from "./node-platform.ts";
import { nodeRuntime } from "./node-runtime.ts";
import { createDial } from "./node-transport.ts";

export class ProcessHold {
  #isRef = true;
  #timer: NodeJS.Timeout | undefined = undefined;
  #connection: Connection | undefined = undefined;

  /** The platform as the client is to have it. */
  platform(): Platform {
    const dial = createDial();
    const held: Dial<ResolvedNodeOptions, Connection> = (request, listener) => {
      this.#connection = dial(request, listener);
      if (!this.#isRef) this.#connection.setRef?.(false);
      return this.#connection;
    };
    const platform = Object.create(nodePlatform);
    platform.runtime = this as unknown as Runtime;
    platform.dial = held;
    return platform;
  }

  setRef(isRef: boolean): void {
    this.#isRef = isRef;
    this.#connection?.setRef?.(isRef);
    if (isRef) this.#timer?.ref();
    else this.#timer?.unref();
  }

  /** A client has one timer: the last. */
  setTimer(delay: number, fire: () => void): CancelTimer {
    const timer = setTimeout(fire, delay);
    if (!this.#isRef) timer.unref();
    this.#timer = timer;
    return () => clearTimeout(timer);
  }
}

// To the client it is its runtime, of which the rest is everybody's.
Object.setPrototypeOf(ProcessHold.prototype, nodeRuntime);
