// The TCP phase of a client that keeps its process alive or does not. libuv waits for a connect in progress whatever its
// socket was told, so one that is to keep no process is made in tries: in the pause between two of them nothing is left of
// it, and a process that has nothing else to do ends.

import type { LookupFunction, Socket } from "node:net";
import type { TcpOpts } from "../node-options.ts";
import { nodeRuntime } from "../node-runtime.ts";
import type { Endpoint } from "./endpoint.ts";
import type { PhaseEnd, Release } from "./phase.ts";
import { connectTcp } from "./tcp.ts";

/** How long the first try may take, in ms; each has twice as long as the one before it, as the kernel asks: RFC 6298 §5.5. */
const firstTry = 1000;
/** Some turns of the event loop, in ms. */
const pause = 100;

export interface TcpTriesEnd extends PhaseEnd<Socket> {
  /** The TCP phase begins: the lookup phase is over, if there was one. */
  connecting(): void;
}

export class TcpTries {
  /** The monotonic ms at which the try, or the pause after it, is over; `Infinity` where it may take its time. */
  deadline: number = Infinity;

  readonly #endpoint: Endpoint;
  readonly #tcpOpts: TcpOpts;
  readonly #isShared: boolean;
  readonly #end: TcpTriesEnd;
  #isRef: boolean;
  #stage: "lookup" | "try" | "pause" | "over" = "lookup";
  #patience = firstTry;
  /** Answers as the lookup phase has: it is not repeated. */
  #found: LookupFunction | undefined = undefined;
  #release: Release | undefined = undefined;

  /** `isShared`: the socket reads into the buffer that all share. */
  constructor(endpoint: Endpoint, tcpOpts: TcpOpts, isShared: boolean, isRef: boolean, end: TcpTriesEnd) {
    this.#endpoint = endpoint;
    this.#tcpOpts = tcpOpts;
    this.#isShared = isShared;
    this.#isRef = isRef;
    this.#end = end;
  }

  start(): void {
    this.#connect(this.#tcpOpts);
    if (!this.#endpoint.named) this.#begin();
  }

  setRef(isRef: boolean): void {
    this.#isRef = isRef;
    if (this.#stage === "try") this.#limit();
  }

  expire(now: number): void {
    if (now < this.deadline) return;
    if (this.#stage === "try") {
      this.#release?.();
      this.#stage = "pause";
      this.deadline = now + pause;
    } else {
      this.#stage = "try";
      this.#patience *= 2;
      this.#limit();
      this.#connect({ ...this.#tcpOpts, lookup: this.#found });
    }
  }

  release(): void {
    this.#over();
    this.#release?.();
  }

  #connect(tcpOpts: TcpOpts): void {
    const release = connectTcp(this.#endpoint, tcpOpts, this.#isShared, {
      found: (again) => {
        if (this.#stage !== "lookup") return;
        this.#found = again;
        this.#begin();
      },
      done: (socket) => {
        this.#over();
        this.#end.done(socket);
      },
      failed: (failure) => {
        this.#over();
        this.#end.failed(failure);
      },
    });
    this.#release = release;
    // An own lookup may have answered at once, and who heard of it may have let go.
    if (this.#stage === "over") release();
  }

  #begin(): void {
    this.#stage = "try";
    this.#limit();
    this.#end.connecting();
  }

  #limit(): void {
    this.deadline = this.#isRef ? Infinity : nodeRuntime.now() + this.#patience;
  }

  #over(): void {
    this.#stage = "over";
    this.deadline = Infinity;
  }
}
