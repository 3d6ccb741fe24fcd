// What a page goes through, on request: offline, where nothing gets through until it is over, and hidden. The library
// hears of it just as it hears of the real thing, through its platform.

import {
  ConnectError,
  type Connection,
  type Dial,
  type DialRequest,
  type PageSignal,
  type Platform,
  sizeOf,
  type TransportListener,
  type Watcher,
} from "@gundam/core";
import { type ReadonlySignal, signal } from "@preact/signals";

const shown: PageSignal = { type: "wake", hasSlept: false };
const online: PageSignal = { type: "wake", hasSlept: false, isOnline: true };

export class PageConditions {
  readonly #isOffline = signal(false);
  readonly #isHidden = signal(false);
  readonly #watchers: Set<Watcher> = new Set();
  readonly #lines: Set<Line> = new Set();

  get isOffline(): ReadonlySignal<boolean> {
    return this.#isOffline;
  }

  get isHidden(): ReadonlySignal<boolean> {
    return this.#isHidden;
  }

  goOffline(): void {
    this.#isOffline.value = true;
    for (const line of this.#lines) line.hold();
  }

  /** What waited arrives, late and in order, and the page is told that it is online. */
  goOnline(): void {
    this.#isOffline.value = false;
    for (const line of [...this.#lines]) line.release();
    this.#tell(online);
  }

  hide(): void {
    this.#isHidden.value = true;
  }

  show(): void {
    this.#isHidden.value = false;
    this.#tell(shown);
  }

  /** The platform, on a page that goes through this. */
  lay(platform: Platform): Platform {
    const dial: Platform["dial"] = (request, listener) =>
      this.#isOffline.peek() ? unreachable(listener) : this.#dial(platform.dial, request, listener);
    return {
      ...platform,
      dial,
      isHidden: () => this.#isHidden.peek() || platform.isHidden?.() === true,
      watch: (watcher, pageSignals) => {
        const stop = platform.watch?.(watcher, pageSignals);
        if (pageSignals) this.#watchers.add(watcher);
        return () => {
          this.#watchers.delete(watcher);
          stop?.();
        };
      },
    };
  }

  #dial<Options>(
    dial: Dial<Options, Connection>,
    request: DialRequest<Options>,
    listener: TransportListener,
  ): Connection {
    const line = new Line(listener, () => this.#lines.delete(line));
    this.#lines.add(line);
    return line.connect(dial(request, line.listener));
  }

  #tell(signal: PageSignal): void {
    for (const watcher of [...this.#watchers]) watcher.post(signal);
  }
}

/** Between a client and its connection: lets everything through, or holds everything back in order. */
class Line {
  readonly listener: TransportListener;
  readonly #ended: () => void;
  #isHeld = false;
  #waiting: (() => void)[] = [];
  #heldBytes = 0;

  constructor(listener: TransportListener, ended: () => void) {
    this.#ended = ended;
    const pass = <Arguments extends unknown[]>(tell: (...args: Arguments) => void) => {
      return (...args: Arguments) => this.#pass(() => tell.apply(listener, args));
    };
    const told: TransportListener = {
      phase: pass(listener.phase),
      opened: pass(listener.opened),
      message: pass(listener.message),
      ping: pass(listener.ping),
      pong: pass(listener.pong),
      taken: pass(listener.taken),
      troubled: pass(listener.troubled),
      ending: () => listener.ending(),
      lost: (failure) =>
        this.#pass(() => {
          ended();
          listener.lost(failure);
        }),
      rescheduled: () => listener.rescheduled(),
    };
    this.listener = told;
  }

  connect(connection: Connection): Connection {
    const line = this;
    const own: Partial<Connection> = {
      get bufferedAmount() {
        return line.#heldBytes + connection.bufferedAmount;
      },
      // That the connection has ended does not get through either.
      takes: () => line.#isHeld || connection.takes(),
      send(message) {
        if (!line.#isHeld) return connection.send(message);
        const bytes = sizeOf(message);
        line.#heldBytes += bytes;
        line.#waiting.push(() => {
          line.#heldBytes -= bytes;
          if (connection.takes()) connection.send(message);
        });
      },
      // What is held back is behind all that the connection was given.
      mark: () => connection.mark() + line.#heldBytes,
      close: (code, reason) => line.#pass(() => connection.close(code, reason)),
      abandon(code, reason) {
        line.#waiting = [];
        line.#ended();
        connection.abandon(code, reason);
      },
    };
    return new Proxy(connection, {
      get(_, key: keyof Connection) {
        if (key in own) return own[key];
        const value = connection[key];
        return typeof value === "function" ? value.bind(connection) : value;
      },
    });
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  #pass(go: () => void): void {
    if (this.#isHeld) this.#waiting.push(go);
    else go();
  }
}

function unreachable(listener: TransportListener): Connection {
  let isAbandoned = false;
  listener.phase("open");
  queueMicrotask(() => {
    if (isAbandoned) return;
    const error = new ConnectError("open", "not opened: the page is offline");
    listener.lost({ kind: "network", phase: "open", error, byUs: false });
  });
  const ignore = () => {};
  return {
    bufferedAmount: 0,
    deadline: Infinity,
    expire: ignore,
    takes: () => false,
    send: ignore,
    mark: () => 0,
    hasTaken: () => true,
    watch: ignore,
    close: ignore,
    abandon() {
      isAbandoned = true;
    },
    info: () => ({}),
  };
}
