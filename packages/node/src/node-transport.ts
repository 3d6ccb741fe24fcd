// The transport port on Node: dials an attempt's connection phase by phase, then hands it to an `OpenConnection`.

import type { Socket } from "node:net";
import {
  type Awaitable,
  type Connection,
  chain,
  type Dial,
  type DialRequest,
  type Failure,
  type GundamError,
  type HeaderFields,
  type Message,
  OptionError,
  type Phase,
  type Platform,
  ProviderError,
  type Transport,
  type TransportListener,
  withPingsAndFlow,
} from "@gundam/core";
import { type Answer, refused } from "./dial/answer.ts";
import { Cookies, SentCookies } from "./dial/cookies.ts";
import { firstHop, type Hop, nextHop } from "./dial/hop.ts";
import { lookUp } from "./dial/lookup.ts";
import { Patience } from "./dial/patience.ts";
import { failLater, type Release } from "./dial/phase.ts";
import { passProxy } from "./dial/proxy.ts";
import { TcpTries } from "./dial/tcp-tries.ts";
import { startTls } from "./dial/tls.ts";
import { TlsMemories } from "./dial/tls-memory.ts";
import type { Given } from "./dial/tunnel.ts";
import { Upgrade, type Upgraded } from "./dial/upgrade.ts";
import type { ResolvedNodeOptions } from "./node-options.ts";
import { nodeRuntime } from "./node-runtime.ts";
import { OpenConnection } from "./open-connection.ts";
import { canShareReadBuffer } from "./other-runtimes.ts";
import { takeHeaderFields, withCookies } from "./request-headers.ts";

type NodeRequest = DialRequest<ResolvedNodeOptions>;

/** What of its platform is a client's own: its way to dial, and whether that would send other cookies by now. */
export function ownDial(takesTurns = false): Pick<Platform, "dial" | "isRenewed"> {
  const memory = new DialMemory();
  const dial = withPingsAndFlow(createTransportDial(takesTurns, memory), nodeRuntime.now);
  return { dial, isRenewed: () => memory.cookies.areOld() };
}

/**
 * A client's own way to dial: it keeps TLS sessions from one connection to the next. `takesTurns`: all microtasks run
 * between two messages, which is slower where many come at once.
 */
export function createDial(takesTurns = false): Dial<ResolvedNodeOptions, Connection> {
  return withPingsAndFlow(createTransportDial(takesTurns), nodeRuntime.now);
}

/** The transport port alone. */
export function createTransportDial(
  takesTurns = false,
  memory: DialMemory = new DialMemory(),
): Dial<ResolvedNodeOptions> {
  return (request, listener) => dialTransport(request, listener, memory, takesTurns);
}

/** What a client keeps from one dial to the next. */
export class DialMemory {
  readonly tls: TlsMemories = new TlsMemories();
  readonly patience: Patience = new Patience();
  readonly cookies: SentCookies = new SentCookies();
}

export function dialTransport(
  request: NodeRequest,
  listener: TransportListener,
  memory: DialMemory,
  takesTurns: boolean,
): Transport {
  const transport = new NodeTransport(request, listener, memory, takesTurns);
  transport.start();
  return transport;
}

class NodeTransport implements Transport {
  readonly #request: NodeRequest;
  readonly #listener: TransportListener;
  readonly #memory: DialMemory;
  readonly #takesTurns: boolean;
  /** Lets go of the phase in progress, or of the one that has just handed its socket on. */
  #release: Release | undefined = undefined;
  #tcp: TcpTries | undefined = undefined;
  /** The upgrade that waits for its socket. */
  #prepared: Upgrade | undefined = undefined;
  #open: OpenConnection | undefined = undefined;
  readonly #cookies: Cookies | undefined;
  /** What the store has for the request of now, or why it has nothing to say. */
  #cookie: Awaitable<string | ProviderError> = "";
  /** TCP, whatever is over it. */
  #raw: Socket | undefined = undefined;
  /** The socket of now, once there is one that is connected. */
  #socket: Socket | undefined = undefined;
  #isRef = true;
  /** The proxy leads nowhere, it seems. */
  #isDoubtful = false;
  /** Lost or abandoned. */
  #over = false;

  constructor(request: NodeRequest, listener: TransportListener, memory: DialMemory, takesTurns: boolean) {
    this.#request = request;
    this.#listener = listener;
    this.#memory = memory;
    this.#takesTurns = takesTurns;
    const { cookieStore, callbackTimeout } = request.options;
    this.#cookies =
      cookieStore &&
      new Cookies(cookieStore, callbackTimeout, {
        troubled: (error) => this.#troubled(error),
        rescheduled: () => listener.rescheduled(),
      });
  }

  start(): void {
    const { url, headers, options } = this.#request;
    try {
      this.#connect(firstHop(url, takeHeaderFields(headers), options));
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      this.#release = failLater(unusable(error), {
        done() {},
        failed: (failure) => this.#failed(failure),
      });
    }
  }

  #connect(hop: Hop): void {
    const { target } = hop;
    // Asked now, an async store answers while we connect.
    if (this.#cookies !== undefined) this.#cookie = this.#cookies.get(target.url);
    if (target.proxy?.scheme === "socks5:" && target.named) this.#lookUp(hop);
    else this.#connectTcp(hop, target.host);
  }

  /** For a proxy that takes the target's address. */
  #lookUp(hop: Hop): void {
    const { options } = this.#request;
    this.#listener.phase("lookup", options.domainLookupTimeout, "domainLookupTimeout");
    if (this.#over) return;
    this.#release = lookUp(hop.target, options, {
      done: (address) => this.#connectTcp(hop, address),
      failed: (failure) => this.#failed(failure),
    });
  }

  /**
   * `destination`: the host, or its address, that a proxy is asked to lead to. `given`: what the user's function has given for
   * it already.
   */
  #connectTcp(hop: Hop, destination: string, given?: Given): void {
    const { target } = hop;
    const { proxy = target } = target;
    const { options } = this.#request;
    const { connectTimeout, domainLookupTimeout } = options;
    if (proxy.named) this.#listener.phase("lookup", domainLookupTimeout, "domainLookupTimeout");
    if (this.#over) return;
    // Over TLS, and with a proxy in between, the stream's own reading is what Node wants.
    const isShared = canShareReadBuffer && target.proxy === undefined && !target.secure;
    const tcp = new TcpTries(proxy, options, this.#memory.patience, isShared, this.#isRef, {
      connecting: () => this.#listener.phase("tcp", connectTimeout, "connectTimeout"),
      done: (socket) => {
        this.#raw = socket;
        this.#passProxy(hop, destination, socket, given);
      },
      failed: (failure) => this.#failed(failure),
    });
    this.#tcp = tcp;
    this.#release = () => tcp.release();
    tcp.start();
    // Which cookies it will carry a store may have yet to say.
    if (this.#cookies === undefined && !this.#over) this.#prepared ??= this.#prepare(hop, hop.headers);
  }

  #prepare(hop: Hop, headers: HeaderFields): Upgrade {
    return new Upgrade(hop.target, headers, this.#request.options);
  }

  #passProxy(hop: Hop, destination: string, socket: Socket, given: Given | undefined): void {
    const { target } = hop;
    const { proxy } = target;
    if (proxy === undefined) return this.#connected(hop, socket);
    this.#take(socket);
    this.#listener.phase("proxy");
    if (this.#over) return;
    const { options, attempt = 1, lastFailure } = this.#request;
    const passage = { proxy, target, destination, options, attempt: { attempt, lastFailure }, given };
    this.#begin(() =>
      passProxy(passage, socket, {
        done: (through, isPage) => this.#connected(isPage ? this.#doubt(hop) : hop, through),
        again: (given) => {
          this.#release?.();
          this.#connectTcp(hop, destination, given);
        },
        failed: (failure) => this.#failed(failure),
      }),
    );
  }

  /** With a web page a proxy leads nowhere, if it is one: the page is what will be found in the target's place. */
  #doubt({ target, ...hop }: Hop): Hop {
    this.#isDoubtful = true;
    this.#prepared?.release();
    this.#prepared = undefined;
    const place = `${target.place} (which answered with a web page: is it a captive portal?)`;
    return { ...hop, target: { ...target, place } };
  }

  #connected(hop: Hop, socket: Socket): void {
    if (hop.target.secure) this.#secure(hop, socket);
    else this.#askToUpgrade(hop, socket);
  }

  #secure(hop: Hop, raw: Socket): void {
    const { tlsHandshakeTimeout, tlsOpts } = this.#request.options;
    this.#take(raw);
    this.#listener.phase("tls", tlsHandshakeTimeout, "tlsHandshakeTimeout");
    if (this.#over) return;
    this.#begin(() =>
      startTls(hop.target, raw, tlsOpts, this.#memory.tls, {
        done: (socket) => this.#askToUpgrade(hop, socket),
        failed: (failure) => this.#failed(failure),
      }),
    );
  }

  /** A phase that asks the user's own while it begins: who lets go within that, lets go of it when it has begun. */
  #begin(phase: () => Release): void {
    this.#release = undefined;
    const release = phase();
    if (this.#over) release();
    else this.#release = release;
  }

  #askToUpgrade(hop: Hop, socket: Socket): void {
    this.#take(socket);
    this.#listener.phase("upgrade", this.#request.options.httpOpts.upgradeTimeout, "httpOpts.upgradeTimeout");
    void chain(this.#cookie, (cookie) => {
      if (this.#over) return;
      if (typeof cookie === "string") this.#upgrade(hop, cookie, socket);
      else this.#failed({ kind: "provider", phase: "upgrade", error: cookie, byUs: true });
    });
  }

  #upgrade(hop: Hop, cookie: string, socket: Socket): void {
    const { target } = hop;
    this.#memory.cookies.keep(this.#request.options.cookieStore, target.url, cookie);
    const upgrade = this.#prepared ?? this.#prepare(hop, withCookies(hop.headers, cookie));
    this.#prepared = undefined;
    this.#begin(() =>
      upgrade.send(socket, {
        done: (upgraded) => this.#opened(target.place, socket, upgraded),
        answered: (answer) => this.#answered(hop, answer),
        setCookies: (fields) => this.#cookies?.set(target.url, fields),
        failed: (failure) => this.#failed(failure),
      }),
    );
  }

  /** What the server has set is kept first: the next request may need it. */
  #answered(hop: Hop, answer: Answer): void {
    this.#release?.();
    this.#release = undefined;
    const next = nextHop(hop, answer, this.#request.options);
    if (typeof next === "object") this.#memory.tls.forget();
    const goOn = () => {
      if (this.#over) return;
      if (typeof next === "object") this.#connect(next);
      else this.#failed(refused(answer, next));
    };
    this.#cookies?.set(hop.target.url, answer.setCookies);
    if (this.#cookies === undefined) goOn();
    else this.#cookies.whenSettled(goOn);
  }

  #opened(place: string, socket: Socket, { handshake, head, deflate }: Upgraded): void {
    // What was told of a cookie may have been answered with a close.
    if (this.#over) return;
    // Nothing of the way here is kept.
    this.#release = undefined;
    this.#tcp = undefined;
    const { options } = this.#request;
    const init = { socket, tcp: this.#raw!, place, options, deflate, takesTurns: this.#takesTurns };
    const open = new OpenConnection(init, this.#listener);
    this.#open = open;
    this.#listener.opened(handshake);
    open.start(head);
  }

  #failed(failure: Failure): void {
    this.#letGo();
    const isPage = this.#isDoubtful && failure.kind === "protocol";
    const told: Failure = isPage ? { ...failure, kind: "proxy", byUs: false } : failure;
    this.#listener.lost(blamed(told, this.#request));
  }

  /** A store can take its time: nothing is told of what is over. */
  #troubled(error: GundamError): void {
    if (this.#open !== undefined) this.#open.trouble(error);
    else if (!this.#over) this.#listener.troubled(error);
  }

  /** The connection goes on with this socket. */
  #take(socket: Socket): void {
    this.#socket = socket;
    if (!this.#isRef) socket.unref();
  }

  get bufferedAmount(): number {
    return this.#open?.bufferedAmount ?? 0;
  }

  /** About how many messages wait for the kernel. */
  get bufferedMessages(): number {
    return this.#open?.bufferedMessages ?? 0;
  }

  get bytesRead(): number {
    return this.#open?.bytesRead ?? 0;
  }

  get deadline(): number {
    if (this.#open !== undefined) return this.#open.deadline;
    return Math.min(this.#tcp?.deadline ?? Infinity, this.#cookies?.deadline ?? Infinity);
  }

  expire(now: number): void {
    if (this.#open !== undefined) return this.#open.expire(now);
    this.#tcp?.expire(now);
    this.#cookies?.expire(now);
  }

  takes(): boolean {
    return this.#open?.takes() === true;
  }

  send(message: Message): void {
    this.#open?.send(message);
  }

  mark(): number {
    return this.#open?.mark() ?? 0;
  }

  hasTaken(mark: number): boolean {
    return this.#open?.hasTaken(mark) ?? false;
  }

  watch(isWatched: boolean): void {
    this.#open?.watch(isWatched);
  }

  ping(data: Uint8Array): void {
    this.#open?.sendPing(data);
  }

  pong(data: Uint8Array): void {
    this.#open?.sendPong(data);
  }

  pause(afterRead?: boolean): void {
    this.#open?.pause(afterRead);
  }

  resume(): void {
    this.#open?.resume();
  }

  setRef(isRef: boolean): void {
    this.#isRef = isRef;
    if (isRef) this.#socket?.ref();
    else this.#socket?.unref();
    this.#tcp?.setRef(isRef);
    this.#listener.rescheduled();
  }

  close(code: number, reason: string): void {
    this.#open?.close(code, reason);
  }

  abandon(code?: number, reason?: string): void {
    this.#letGo();
    this.#open?.abandon(code, reason);
  }

  #letGo(): void {
    this.#over = true;
    this.#release?.();
    this.#prepared?.release();
    this.#prepared = undefined;
  }

  info(): Readonly<Record<string, unknown>> {
    return this.#open?.info() ?? {};
  }
}

function unusable(error: OptionError): Failure {
  return { kind: "blocked", phase: "prepare", error, byUs: true };
}

/** What the phases cannot use is about. */
const options: Partial<Record<Phase, string>> = {
  proxy: "tlsOpts",
  tls: "tlsOpts",
  upgrade: "wsOpts.protocols",
};

/** What cannot be used ends a client, unless a function gave it, which may give something else the next time. */
function blamed(failure: Failure, { provided = [] }: NodeRequest): Failure {
  const { kind, phase, error: cause } = failure;
  if (kind !== "blocked" || phase === undefined) return failure;
  const given = cause instanceof OptionError ? cause.option : options[phase];
  const option = given === "transport" ? "url" : given;
  if (option === undefined || !provided.includes(option)) return failure;
  const error = new ProviderError(option, `gave what cannot be used: ${cause.message}`, { cause });
  return { kind: "provider", phase, error, byUs: true };
}
