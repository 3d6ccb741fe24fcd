// The TCP phase, made in tries. libuv waits for a connect in progress whatever its socket was told: so a client that keeps
// no process alive has a pause between two tries, in which nothing is left of it, and a process that has nothing else to do
// ends. And where there are several addresses, each try gives each of them more time.

import type { LookupFunction, Socket } from "node:net";
import type { ResolvedNodeOptions } from "../node-options.ts";
import { nodeRuntime } from "../node-runtime.ts";
import type { Endpoint } from "./endpoint.ts";
import { longestPatience, type Patience } from "./patience.ts";
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
  readonly #options: ResolvedNodeOptions;
  readonly #patience: Patience;
  readonly #isShared: boolean;
  readonly #end: TcpTriesEnd;
  #isRef: boolean;
  #stage: "lookup" | "try" | "pause" | "over" = "lookup";
  #addresses = 1;
  #timeout = firstTry;
  #attemptTimeout = 0;
  /** Answers as the lookup phase has: it is not repeated. */
  #found: LookupFunction | undefined = undefined;
  #release: Release | undefined = undefined;

  /** `isShared`: the socket reads into the buffer that all share. */
  constructor(
    endpoint: Endpoint,
    options: ResolvedNodeOptions,
    patience: Patience,
    isShared: boolean,
    isRef: boolean,
    end: TcpTriesEnd,
  ) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#patience = patience;
    this.#isShared = isShared;
    this.#isRef = isRef;
    this.#end = end;
  }

  start(): void {
    this.#connect(this.#options);
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
      this.#patience.grow();
      this.#stage = "pause";
      this.deadline = now + pause;
    } else {
      this.#stage = "try";
      this.#timeout *= 2;
      const tcpOpts = { ...this.#options.tcpOpts, lookup: this.#found };
      this.#connect({ ...this.#options, tcpOpts });
      this.#limit();
    }
  }

  release(): void {
    if (this.#stage === "try" || this.#stage === "pause") this.#patience.grow();
    this.#over();
    this.#release?.();
  }

  #connect(options: ResolvedNodeOptions): void {
    const { connectTimeout, openTimeout, tcpOpts } = options;
    const most = Math.min(connectTimeout, openTimeout, this.#isRef ? Infinity : this.#timeout);
    this.#attemptTimeout = tcpOpts.autoSelectFamilyAttemptTimeout ?? this.#patience.within(most);
    const connect = {
      endpoint: this.#endpoint,
      options,
      isShared: this.#isShared,
      patience: this.#patience,
      attemptTimeout: this.#attemptTimeout,
    };
    const release = connectTcp(connect, {
      found: (addresses, again) => {
        if (this.#stage !== "lookup") return;
        this.#addresses = addresses;
        this.#found = again;
        this.#begin();
      },
      done: (socket) => {
        this.#over();
        this.#end.done(socket);
      },
      failed: (failure) => {
        if (this.#stage === "try") this.#patience.grow();
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
    const most = this.#isRef ? this.#round() : this.#timeout;
    this.deadline = nodeRuntime.now() + most;
  }

  /** While an address before the last may need more time. Node waits for the last one, as long as the kernel does. */
  #round(): number {
    const isGiven = this.#options.tcpOpts.autoSelectFamilyAttemptTimeout !== undefined;
    if (isGiven || this.#addresses === 1 || this.#attemptTimeout >= longestPatience) return Infinity;
    return (this.#addresses - 1) * this.#attemptTimeout + longestPatience;
  }

  #over(): void {
    this.#stage = "over";
    this.deadline = Infinity;
  }
}
