// The network of a simulation: transports that note what is done to them, and that no client may use amiss.

import {
  CloseError,
  ConnectError,
  type Dial,
  type DialRequest,
  type Failure,
  type Message,
  type OutgoingMessage,
  type Phase,
  ProtocolError,
  RefusedError,
  SendTimeoutError,
  sizeOf,
  TimeoutError,
  TlsError,
  type TransportListener,
} from "@gundam/core";
import type { State } from "@gundam/core/lifecycle";
import { type Does, type Heir, successorOf } from "@gundam/core/succession";
import { FakeTransport } from "../fake-transport.ts";
import type { Random } from "../random.ts";
import type { NetworkEvent, Observation, SeenTransport } from "./observation.ts";
import { keyOf } from "./parcels.ts";

/** What the network is part of. */
interface NetworkWorld {
  readonly clock: number;
  readonly state: State;
  observe(observation: Observation): void;
  violate(rule: string, detail: string): void;
  readonly network: { readonly last: SeenTransport | undefined };
  /** What happens at once to a transport that was just dialled. */
  welcome(transport: SimulatedTransport): void;
}

export class SimulatedTransport extends FakeTransport implements SeenTransport {
  readonly number: number;
  readonly #world: NetworkWorld;
  /** What is sent stays in the buffer until the next `drain`. */
  isClogged = false;
  wasOpened = false;
  messages = 0;
  /** How many of the client's pings the peer has answered while it was connected: the last of these and all before. */
  ponged = 0;
  /** How many more messages `wsOpts.flow` lets in. */
  credit: number;
  resumedAt = 0;
  /** When it stopped reading, or was last sent a pong that nobody had asked for. */
  quietAt = 0;
  /** It has said that it takes one more message. */
  #isTaking = false;
  #phases = 0;

  constructor(world: NetworkWorld, number: number, request: DialRequest, listener: TransportListener) {
    super(request, listener);
    this.#world = world;
    this.number = number;
    this.credit = (request.options as { wsOpts: { flow: number } }).wsOpts.flow;
  }

  get isLive(): boolean {
    return !this.isLost && !this.isAbandoned;
  }

  /** The phases that it has not begun yet. */
  get phasesLeft(): readonly Phase[] {
    return phases.slice(this.#phases);
  }

  // — the network's side ——————————————————————————————————————————————————————————————————————————————————————————

  override startPhase(phase: Phase, timeout?: number, option?: string): void {
    this.#phases = phases.indexOf(phase) + 1;
    this.#note({ type: "phase", phase });
    super.startPhase(phase, timeout, option);
  }

  override open(): void {
    this.#note({ type: "opened" });
    const { isLive } = this;
    this.wasOpened = true;
    super.open();
    if (!isLive) this.isOpen = false;
  }

  override receive(message: Message): void {
    this.#note({ type: "message", message });
    if (this.isLive && this.closeFrame === undefined) this.credit--;
    super.receive(message);
  }

  /** A message that no other is like. */
  receiveNext(random: Random): void {
    const text = `${this.number}.${++this.messages}`;
    this.receive(random.chance(0.8) ? text : new TextEncoder().encode(text));
  }

  /** The peer has ended the connection, and nobody tells before it is asked. */
  endWithoutWord(): void {
    this.#note({ type: "ended" });
    this.isEnding = true;
  }

  override tellEnding(): void {
    this.#note({ type: "ending" });
    super.tellEnding();
  }

  override lose(failure: Failure): void {
    this.#note({ type: "lost", failure });
    super.lose(failure);
  }

  override receivePing(data: Uint8Array): void {
    this.#note({ type: "ping" });
    super.receivePing(data);
  }

  override receivePong(data: Uint8Array): void {
    this.#note({ type: "pong" });
    if (this.isLive) this.ponged = Math.max(this.ponged, this.pings.lastIndexOf(data) + 1);
    super.receivePong(data);
  }

  override drain(bytes: number = this.bufferedAmount): void {
    const left = this.bufferedAmount - bytes;
    if (left === 0) this.isClogged = false;
    this.#note({ type: "drained", left });
    super.drain(bytes);
  }

  override trouble(error: SendTimeoutError): void {
    this.#note({ type: "troubled" });
    super.trouble(error);
  }

  override reschedule(deadline: number): void {
    this.#note({ type: "rescheduled" });
    super.reschedule(deadline);
  }

  #note(what: NetworkEvent): void {
    this.#world.observe({ kind: "network", transport: this, what, isLive: this.isLive });
  }

  // — the client's side ———————————————————————————————————————————————————————————————————————————————————————————

  override expire(now: number): void {
    if (now < this.deadline) this.#world.violate("transport", "was asked to expire before its deadline");
    this.deadline = Infinity;
    this.lose({ kind: "dead", error: new SendTimeoutError("the peer does not read"), byUs: true });
  }

  override takes(): boolean {
    this.#isTaking = super.takes();
    return this.#isTaking;
  }

  override send(message: OutgoingMessage): void {
    this.#mustBeLive("send");
    if (!this.isOpen) return this.#world.violate("transport", `sent on ${this.number}, which is not open`);
    if (this.closeFrame !== undefined) this.#world.violate("transport", "sent after our Close frame");
    if (this.isEnding) this.#world.violate("transport", "sent in vain: the peer has ended the connection");
    if (!this.#isTaking) this.#world.violate("transport", "sent on a transport that was not asked");
    this.#isTaking = false;
    const buffered = this.bufferedAmount;
    if (this.isClogged) this.bufferedAmount += sizeOf(message);
    super.send(message);
    this.#world.observe({ kind: "sent", transport: this, key: keyOf(message), buffered });
  }

  override watch(isWatched: boolean): void {
    this.#mustBeLive("watch");
    super.watch(isWatched);
  }

  override ping(data: Uint8Array): void {
    this.#mustBeLive("ping");
    const { last } = this.#world.network;
    if (this === last && this.#world.state.name === "ending")
      this.#world.violate("transport", "pinged what is ending");
    super.ping(data);
    // It waits behind all that does.
    if (this.bufferedAmount > 0) this.bufferedAmount += this.give(PING);
  }

  override pong(): void {
    this.#mustBeLive("pong");
    if (!this.isPaused) this.#world.violate("transport", "a pong that nobody needs");
    this.quietAt = this.#world.clock;
    super.pong();
  }

  override pause(): void {
    this.#mustBeLive("pause");
    if (!this.isPaused) this.quietAt = this.#world.clock;
    super.pause();
  }

  override resume(): void {
    this.#mustBeLive("resume");
    this.resumedAt = this.#world.clock;
    super.resume();
  }

  override close(code: number, reason: string): void {
    this.#mustBeLive("close");
    if (!this.isOpen) this.#world.violate("transport", "a Close frame on a transport that is not open");
    if (this.closeFrame !== undefined) this.#world.violate("transport", "two Close frames on one transport");
    super.close(code, reason);
    this.#world.observe({ kind: "framed", transport: this, code });
  }

  override abandon(code?: number, reason?: string): void {
    this.#mustBeLive("abandon");
    super.abandon(code, reason);
    this.#world.observe({ kind: "abandoned", transport: this });
  }

  #mustBeLive(what: string): void {
    if (this.isLive) return;
    const end = this.isLost ? "lost" : "abandoned";
    this.#world.violate("transport", `${what} on transport ${this.number}, which was ${end}`);
  }
}

export class SimulatedNetwork {
  readonly transports: SimulatedTransport[] = [];
  readonly #world: NetworkWorld;
  /** That of the connection of now, or of the last one. */
  last: SimulatedTransport | undefined;
  /** That of the successor. */
  #successor: SimulatedTransport | undefined;
  /** Those that have given way. */
  readonly #leaving: Map<Heir, SimulatedTransport> = new Map();

  constructor(world: NetworkWorld) {
    this.#world = world;
  }

  readonly dial: Dial = (request, listener) => {
    const transport = new SimulatedTransport(this.#world, this.transports.length + 1, request, listener);
    this.transports.push(transport);
    if (successorOf(this.#world.state)?.name === "connecting") this.#successor = transport;
    else this.last = transport;
    this.#world.observe({ kind: "dialled", transport });
    this.#world.welcome(transport);
    return transport;
  };

  /** What becomes of an heir: its transport has another part to play. */
  toHeir(of: Heir, does: Does): void {
    if (does === "succeed") this.#leaving.set(of, this.last!);
    if (does === "succeed" || does === "promote") {
      this.last = this.#successor ?? this.last;
      this.#successor = undefined;
    }
    if (does === "letGoOfLast") this.#leaving.delete(of);
  }

  /** The transport of now, if it is neither lost nor abandoned. */
  get current(): SimulatedTransport | undefined {
    return this.last?.isLive ? this.last : undefined;
  }

  get successor(): SimulatedTransport | undefined {
    return this.#successor?.isLive ? this.#successor : undefined;
  }

  /** Those that have given way and are read. */
  get leaving(): SimulatedTransport[] {
    return [...this.#leaving.values()].filter((transport) => transport.isLive);
  }

  get live(): SimulatedTransport[] {
    return this.transports.filter((transport) => transport.isLive);
  }

  get stale(): SimulatedTransport[] {
    return this.transports.filter((transport) => !transport.isLive);
  }
}

/** What a ping weighs here. */
const PING = 4;

const phases: readonly Phase[] = ["lookup", "tcp", "proxy", "tls", "upgrade"];

// — how connections fail ———————————————————————————————————————————————————————————————————————————————————————————

const noHeaders = new Headers();
const statuses = [200, 301, 401, 403, 404, 408, 429, 500, 503];
const closeCodes = [1000, 1001, 1002, 1003, 1005, 1008, 1011, 1012, 1013, 3000, 4000, 4999];

/** A failure of an attempt. */
export function failedAttempt(random: Random): Failure {
  const phase: Phase = random.pick(phases);
  switch (random.pick(["network", "network", "proxy", "timeout", "certificate", "blocked", "response"])) {
    case "proxy":
      return { kind: "proxy", phase, error: new ConnectError(phase, "the proxy refused"), byUs: false };
    case "timeout":
      return { kind: "timeout", phase, error: new TimeoutError(phase, 1, "tcpOpts"), byUs: true };
    case "certificate":
      return { kind: "certificate", phase: "tls", error: new TlsError("rejected", true), byUs: true };
    case "blocked":
      return { kind: "blocked", error: new ConnectError("open", "not allowed"), byUs: true };
    case "response":
      return refusal(random);
    default:
      return { kind: "network", phase, error: new ConnectError(phase, "refused"), byUs: false };
  }
}

function refusal(random: Random): Failure {
  const status = random.pick(statuses);
  const retryAfter = random.chance(0.3) ? random.pick([0, 1_000, 3_600_000]) : undefined;
  const error = new RefusedError(status, noHeaders, retryAfter);
  return { kind: "response", phase: "upgrade", error, status, headers: noHeaders, retryAfter, byUs: false };
}

/** The end of an open connection. */
export function lostConnection(random: Random): Failure {
  switch (random.pick(["close", "close", "network", "network", "protocol", "dead"])) {
    case "close": {
      const code = random.pick(closeCodes);
      const error = new CloseError(code, "bye");
      return { kind: "close", error, code, reason: "bye", wasClean: true, byUs: false };
    }
    case "protocol":
      return { kind: "protocol", error: new ProtocolError("not UTF-8", 1007), code: 1007, byUs: true };
    case "dead":
      return { kind: "dead", error: new SendTimeoutError("the peer does not read"), byUs: true };
    default:
      return { kind: "network", error: new ConnectError("open", "reset"), code: 1006, byUs: false };
  }
}
