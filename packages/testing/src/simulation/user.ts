// The user of a simulation: listeners that act and throw, and whatever one may ask of a client. It keeps in mind what
// the library promises: what may be thrown, and which promise must settle by when.

import {
  type Client,
  deliver,
  type FlushOptions,
  flush,
  handover,
  info,
  isGundamError,
  type Message,
  type PageSignal,
  ping,
  type SendOptions,
  type Supervisor,
  updateFlow,
} from "@gundam/core";
import type { State } from "@gundam/core/lifecycle";
import { ownDeadlineOf, successorOf } from "@gundam/core/succession";
import { mixSeed, Random } from "../random.ts";
import { closingTimeouts, type Functions } from "./functions.ts";
import type { SimulatedNetwork } from "./network.ts";
import type { Observation, Parcel, Request } from "./observation.ts";
import { keyOf, makeMessage } from "./parcels.ts";
import { Reader } from "./readers.ts";
import type { Setup } from "./setup.ts";
import { show } from "./show.ts";
import { CountingController, type CountingSignal } from "./signals.ts";

/** What the user is part of. */
interface UserWorld {
  readonly client: Client;
  /** The client's clock. */
  readonly clock: number;
  readonly state: State;
  readonly ends: readonly boolean[];
  readonly runtime: { now(): number };
  readonly network: SimulatedNetwork;
  readonly functions: Functions;
  readonly setup: Setup;
  readonly signal: CountingController | undefined;
  readonly supervisor: Supervisor;
  readonly isWindingDown: boolean;
  observe(observation: Observation): void;
  violate(rule: string, detail: string): void;
  /** What a page or a machine may tell. */
  hear(signal: PageSignal): void;
}

/** A promise that the client gave the user. */
export interface Promised {
  readonly what: "close" | "ready" | "shutdown" | "ping" | "flush" | "handover";
  readonly at: number;
  /** It settles within this many ms, whatever happens. */
  readonly within: number;
  /** How many transports there were. */
  readonly transports: number;
  /** How many lives had ended. */
  readonly ends: number;
  /** It belongs to the next life, if that comes. */
  readonly isNext: boolean;
  /** Aborting it gives up, too. */
  readonly signal: CountingSignal | undefined;
  settledAt: number | undefined;
  rejected: boolean;
}

/** A hand-over, and the Close frame that was asked for. */
export interface AskedHandover {
  readonly code: number;
  readonly reason: string;
  readonly promised: () => Promised | undefined;
}

export class User {
  readonly #world: UserWorld;
  readonly #seed: number;
  #heardOf = 0;
  /** How often the client may still be called from within its callbacks, until the next step. */
  #actions = 0;
  readonly promises: Promised[] = [];
  readonly parcels: Parcel[] = [];
  /** Those that `deliver` has not told of. */
  readonly #deliveries: Set<Parcel> = new Set();
  /** Those that the client has begun, or has refused. */
  readonly handovers: AskedHandover[] = [];
  /** Given to `ready()` and to `handover()`. */
  readonly waitSignals: CountingController[] = [];
  readonly readers: Reader[] = [];

  constructor(world: UserWorld, seed: number) {
    this.#world = world;
    this.#seed = seed;
  }

  get deliveries(): ReadonlySet<Parcel> {
    return this.#deliveries;
  }

  /** A new step: callbacks may act again. */
  refresh(): void {
    this.#actions = this.#world.isWindingDown ? 0 : 4;
  }

  // — listeners ———————————————————————————————————————————————————————————————————————————————————————————————————

  listen(listening: { readonly acts: number; readonly throws: number }): void {
    for (const type of eventTypes) {
      this.#world.client.on(type, (detail: unknown) => this.#world.observe({ kind: "told", type, detail }));
      if (listening.acts + listening.throws > 0) this.#world.client.on(type, () => this.#heard(listening));
    }
  }

  #heard({ acts, throws }: { readonly acts: number; readonly throws: number }): void {
    if (this.#world.isWindingDown) return;
    const random = new Random(mixSeed(this.#seed, this.#heardOf++));
    const { functions } = this.#world;
    const { isInside } = functions;
    functions.isInside = true;
    if (random.chance(acts)) this.act(random);
    functions.isInside = isInside;
    if (!random.chance(throws)) return;
    const value = new Error(`thrown ${this.#heardOf} by a listener`);
    this.#world.observe({ kind: "threw", value });
    throw value;
  }

  // — what a user may ask of a client —————————————————————————————————————————————————————————————————————————————

  /** Calls the client from within a callback, a listener, or code that follows an await. */
  act(random: Random): void {
    if (this.#actions <= 0) return;
    this.#actions--;
    this.ask(random, random.weigh(wishes, ([, weight]) => weight)![0]);
    if (random.chance(0.3)) this.act(random);
  }

  ask(random: Random, wish: Wish): void {
    switch (wish) {
      case "send":
        return this.send(random, chooseSending(random));
      case "sendAhead":
        return this.send(random, { ahead: true });
      case "deliver":
        return this.deliver(random, { ...chooseSending(random), ahead: random.chance(0.2) });
      case "flush":
        return this.#do("flush", (client) => {
          this.#promised("flush", Infinity, () => flush(client, { ack: random.chance(0.5) }), random);
        });
      case "close":
        return this.close(random);
      case "misclose":
        return this.misclose(random);
      case "terminate":
        return this.#do("terminate", (client) => client.terminate());
      case "reconnect":
        return this.reconnect(random);
      case "handover":
        return this.handover(random);
      case "giveUp":
        return this.#pickSignal(random)?.abort();
      case "ready":
        return this.ready(random);
      case "abort":
        return this.abort();
      case "ping":
        return this.#do("ping", (client) => this.#promised("ping", Infinity, () => ping(client), random));
      case "updateFlow":
        return this.updateFlow(random.pick([1, 3]));
      case "wake":
        return this.#do("wake", () => this.#world.hear({ type: "wake", hasSlept: random.chance(0.5) }));
      case "online":
        return this.#do("online", () =>
          this.#world.hear({ type: "wake", hasSlept: random.chance(0.1), isOnline: true }),
        );
      case "sleep":
        return this.#do("sleep", () => this.#world.hear({ type: "sleep" }));
      case "shutdown":
        return this.shutdown(random);
      case "look":
        return this.look();
      case "read":
        return this.read(random);
      case "take":
        return this.#withReader("take", random, (reader) => reader.take());
      case "leave":
        return this.#withReader("leave", random, (reader) => reader.leave());
    }
  }

  send(random: Random, options: SendOptions): void {
    const { parcel, message } = this.#pack(random, options);
    try {
      const mayGoOn = this.#world.client.send(message, options);
      this.#world.observe({ kind: "accepted", parcel, mayGoOn });
    } catch (error) {
      this.#refused(parcel, error);
    }
    overwrite(message);
  }

  deliver(random: Random, options: SendOptions): void {
    const ack = random.chance(0.5);
    const { parcel, message } = this.#pack(random, { ...options, ack });
    this.#deliveries.add(parcel);
    const promise = deliver(this.#world.client, message, { ...options, ack });
    overwrite(message);
    const tell = (outcome: string) => {
      this.#deliveries.delete(parcel);
      this.#world.observe({ kind: "delivered", parcel, outcome });
    };
    promise.then(tell, (error) => {
      if (!this.#isToldOf(error)) this.#refused(parcel, error);
      tell(isGundamError(error) ? error.code : show(error));
    });
  }

  /** Whether `drop` tells of the message, too. */
  #isToldOf(error: unknown): boolean {
    const code = isGundamError(error) ? error.code : undefined;
    const { overflow } = this.#world.setup.options.sendQueue!;
    return (
      code === "ERR_UNSENT" ||
      code === "ERR_UNKNOWN_DELIVERY" ||
      (code === "ERR_QUEUE_FULL" && overflow !== "reject")
    );
  }

  #pack(random: Random, options: SendOptions & FlushOptions) {
    const { state, clock, network } = this.#world;
    const number = this.parcels.length + 1;
    const message = makeMessage(number, random.pick([6, 6, 6, 12, 50]), random.chance(0.2));
    // Over the successor, where that is greeted.
    const successor = successorOf(state)?.name === "greeting" ? network.successor : undefined;
    const leading = state.name === "greeting" ? network.current : successor;
    const mayLead = options.ahead || this.#world.functions.isGreeting;
    const parcel: Parcel = {
      number,
      key: keyOf(message),
      bytes: message.length,
      isAhead: mayLead === true && leading?.isEnding === false,
      mayBeOvertaken: network.current?.isEnding === true || successor?.isEnding === true,
      isVolatile: options.volatile === true,
      isAckWanted: options.ack === true,
      expiresAt: clock + (options.ttl ?? Infinity),
      isRefused: false,
      sent: 0,
      dropped: 0,
    };
    this.parcels.push(parcel);
    this.#world.observe({ kind: "sending", parcel });
    return { parcel, message };
  }

  #refused(parcel: Parcel, error: unknown): void {
    parcel.isRefused = true;
    this.#world.observe({ kind: "refused", parcel });
    this.#mayThrow("send", error, ["ERR_NOT_OPEN", "ERR_QUEUE_FULL", "ERR_CALLBACK"]);
  }

  close(random: Random): void {
    const [code, reason] = chooseClose(random);
    const { client, state, runtime } = this.#world;
    const { closingTimeout = Infinity } = client.state.wsOpts;
    const within = state.name === "closing" ? ownDeadlineOf(state) - runtime.now() : closingTimeout;
    // The callback that is running may yet return another `closingTimeout`.
    const most = this.#world.functions.isInside ? Math.max(within, ...closingTimeouts) : within;
    this.#do("close", () => this.#promised("close", most, () => client.close(code, reason), random), code);
  }

  misclose(random: Random): void {
    const [code, reason] = random.pick([
      [1001, ""],
      [5000, ""],
      [Number.NaN, ""],
      [1000, "ü".repeat(62)],
    ] as const);
    const what = random.pick(["close", "reconnect"] as const);
    try {
      this.#world.client[what](code, reason);
      this.#world.violate("close", `${what}(${code}) did not throw`);
    } catch (error) {
      this.#mayThrow(what, error, ["ERR_OPTION"]);
    }
  }

  abort(): void {
    const { signal } = this.#world;
    if (signal !== undefined && !signal.signal.aborted) this.#do("abort", () => signal.abort());
  }

  /** Throws only where it could not keep its word: the signal has ended this client for good. */
  reconnect(random: Random): void {
    const { state, signal, client } = this.#world;
    const isOver = signal?.signal.aborted && state.name !== "idle";
    const close = random.chance(0.7) ? undefined : chooseClose(random);
    const [code, reason] = close ?? [1000, ""];
    const reconnect = () => (close === undefined ? client.reconnect() : client.reconnect(code, reason));
    if (!isOver) return this.#do("reconnect", reconnect, { code, reason });
    try {
      client.reconnect();
      this.#world.violate("reconnect", "reconnect() did not throw although the signal is aborted");
    } catch (error) {
      this.#mayThrow("reconnect", error, ["ERR_NOT_OPEN"]);
    }
  }

  handover(random: Random): void {
    const [code, reason] = random.chance(0.5) ? chooseClose(random) : [1000, ""];
    const signal = this.#maybeSignal(random);
    const close = { code, reason };
    const index = this.promises.length;
    if (!signal?.aborted) this.handovers.push({ ...close, promised: () => this.promises[index] });
    this.#do(
      "handover",
      (client) =>
        this.#promised("handover", Infinity, () => handover(client, { ...close, signal }), random, signal),
      close,
    );
  }

  #maybeSignal(random: Random): CountingSignal | undefined {
    if (random.chance(0.5)) return undefined;
    const controller = new CountingController();
    this.waitSignals.push(controller);
    if (random.chance(0.05)) controller.abort();
    return controller.signal;
  }

  #pickSignal(random: Random): CountingController | undefined {
    return this.waitSignals.length > 0 ? random.pick(this.waitSignals) : undefined;
  }

  ready(random: Random): void {
    const signal = this.#maybeSignal(random);
    const options = signal && { signal };
    this.#do("ready", (client) =>
      this.#promised("ready", Infinity, () => client.ready(options), random, signal),
    );
  }

  shutdown(random: Random): void {
    const { options } = this.#world.setup;
    const supervisor = typeof options.supervise === "object" ? options.supervise : this.#world.supervisor;
    if (options.supervise === false) return;
    const timeout = random.pick([0, 5, 5_000]);
    const isListed = supervisor.children().length > 0;
    this.#do(
      "shutdown",
      () => {
        this.#promised("shutdown", timeout, () => supervisor.shutdown({ timeout }), random);
      },
      isListed,
    );
  }

  updateFlow(messages: number): void {
    const { current } = this.#world.network;
    if (current !== undefined) current.credit += messages;
    this.#do("updateFlow", (client) => updateFlow(client, messages));
  }

  read(random: Random): void {
    const complain = (problem: string) => this.#world.violate("readers", problem);
    this.#do("read", (client) => this.readers.push(new Reader(client, random, complain)));
  }

  #withReader(what: "take" | "leave", random: Random, act: (reader: Reader) => void): void {
    if (this.readers.length > 0) this.#do(what, () => act(random.pick(this.readers)));
  }

  look(): void {
    this.#do("look", (client) => {
      info(client);
      void [client.phase, client.state, client.lastClose, client.lastError, client.bufferedAmount];
      void client.connectionSignal;
    });
  }

  #do(request: Request, run: (client: Client) => void, detail?: unknown): void {
    if (request !== "look") this.#world.observe({ kind: "asked", request, detail });
    try {
      run(this.#world.client);
    } catch (error) {
      this.#mayThrow(request, error, []);
    }
  }

  #mayThrow(what: string, error: unknown, allowed: readonly string[]): void {
    if (isGundamError(error) && allowed.includes(error.code)) return;
    this.#world.violate("throws", `${what} threw ${show(error)}`);
  }

  #isGivenUp({ ends, isNext, signal }: Promised): boolean {
    const [hasFollower, ...later] = this.#world.ends.slice(ends);
    return signal?.aborted || (hasFollower !== undefined && !(isNext && hasFollower && later.length === 0));
  }

  #promised(
    what: Promised["what"],
    within: number,
    ask: () => Promise<unknown>,
    random: Random,
    signal?: CountingSignal,
  ): void {
    const { state, ends } = this.#world;
    const promised: Promised = {
      what,
      ends: ends.length - (state.name === "closed" ? 1 : 0),
      isNext: state.name === "closing" && state.again,
      signal,
      within,
      at: this.#world.runtime.now(),
      transports: this.#world.network.transports.length,
      settledAt: undefined,
      rejected: false,
    };
    this.promises.push(promised);
    const settled = (rejected: boolean) => () => {
      promised.settledAt = this.#world.runtime.now();
      promised.rejected = rejected;
      if (what === "ready" && rejected && !this.#isGivenUp(promised))
        this.#world.violate("promise", "ready() was rejected by the end of another life");
      const { transports } = this.#world.network;
      const isLeft = transports.slice(0, promised.transports).some((transport) => transport.isLive);
      if ((what === "close" || what === "shutdown") && isLeft)
        this.#world.violate("promise", `${what}() settled before the end`);
    };
    const promise = ask();
    // A careless user drops what these return: that must harm nobody.
    if (
      ["ready", "ping", "flush", "handover"].includes(what) &&
      random.chance(this.#world.setup.carelessness)
    )
      promised.settledAt = Number.NaN;
    else promise.then(settled(false), settled(true));
  }
}

export type Wish =
  | "send"
  | "sendAhead"
  | "deliver"
  | "flush"
  | "close"
  | "misclose"
  | "terminate"
  | "reconnect"
  | "handover"
  | "giveUp"
  | "ready"
  | "abort"
  | "ping"
  | "updateFlow"
  | "wake"
  | "online"
  | "sleep"
  | "shutdown"
  | "look"
  | "read"
  | "take"
  | "leave";

const wishes: readonly (readonly [Wish, number])[] = [
  ["send", 5],
  ["sendAhead", 2],
  ["deliver", 2],
  ["flush", 0.5],
  ["close", 2],
  ["misclose", 0.3],
  ["terminate", 1],
  ["reconnect", 3],
  ["handover", 1],
  ["giveUp", 0.3],
  ["ready", 1],
  ["abort", 0.2],
  ["ping", 0.5],
  ["updateFlow", 1],
  ["wake", 1],
  ["online", 0.5],
  ["shutdown", 0.5],
  ["look", 1],
  ["read", 0.3],
  ["take", 1],
  ["leave", 0.2],
];

const eventTypes = [
  "connect",
  "message",
  "disconnect",
  "error",
  "close",
  "attempt",
  "phase",
  "retry",
  "handover",
  "drain",
  "drop",
  "ping",
  "pong",
  "change",
] as const;

function chooseSending(random: Random): SendOptions {
  return {
    ttl: random.chance(0.15) ? random.pick([1, 60, 1_000]) : undefined,
    volatile: random.chance(0.1),
  };
}

function chooseClose(random: Random): readonly [code: number, reason: string] {
  return [random.pick([1000, 3000, 4000, 4999]), random.pick(["", "done", "ü".repeat(61)])];
}

/** The caller may change its bytes as soon as `send` has returned. */
function overwrite(message: Message): void {
  if (typeof message !== "string") message.fill(0);
}
