// What a client on Node has of its platform for itself: its way to dial, and whether it keeps its process alive by its
// timer and its connection. As Node's own handles it does at first. All the rest is everybody's, behind the prototype.

import {
  type AnyClient,
  type CancelTimer,
  type Connection,
  type DialRequest,
  dialWithPingsAndFlow,
  driverOf,
  type Platform,
  type TransportListener,
} from "@gundam/core";
import type { ResolvedNodeOptions } from "./node-options.ts";
import { nodePlatform } from "./node-platform.ts";
import { type NodeTimer, nodeRuntime, startTimer } from "./node-runtime.ts";
import { DialMemory, dialTransport } from "./node-transport.ts";

type NodeRequest = DialRequest<ResolvedNodeOptions>;

export class OwnPlatform {
  #isRef = true;
  #timer: NodeTimer | undefined = undefined;
  #connection: Connection | undefined = undefined;
  readonly #memory: DialMemory = new DialMemory();

  /** The platform as the client is to have it. */
  platform(): Platform {
    const platform = Object.create(nodePlatform);
    platform.runtime = this;
    platform.dial = (request: NodeRequest, listener: TransportListener) => this.#dial(request, listener);
    platform.isRenewed = () => this.#memory.cookies.areOld();
    return platform;
  }

  #dial(request: NodeRequest, listener: TransportListener): Connection {
    const dial = (request: NodeRequest, listener: TransportListener) =>
      dialTransport(request, listener, this.#memory, false);
    this.#connection = dialWithPingsAndFlow(dial, nodeRuntime.now, request, listener);
    if (!this.#isRef) this.#connection.setRef?.(false);
    return this.#connection;
  }

  setRef(isRef: boolean): void {
    this.#isRef = isRef;
    this.#connection?.setRef?.(isRef);
    this.#timer?.setRef(isRef);
  }

  /** A client has one timer: the last. */
  setTimer(delay: number, fire: () => void): CancelTimer {
    this.#timer = startTimer(delay, fire, this.#isRef);
    return this.#timer.cancel;
  }
}

// To the client it is its runtime, of which the rest is everybody's.
Object.setPrototypeOf(OwnPlatform.prototype, nodeRuntime);

export function ownPlatformOf(client: AnyClient): OwnPlatform {
  return driverOf(client).platform.runtime as unknown as OwnPlatform;
}
