// `handover(client)`: the client goes over to another connection without a gap. What is done when is in succession.ts;
// here it is carried out, for one hand-over after another.

import { type Deferred, deferred, nothing, unheard } from "./chain.ts";
import { type AnyClient, driverOf } from "./client.ts";
import { type Parting, partingDeclarations } from "./close-codes.ts";
import type { Driver, OtherConnections, Way } from "./driver.ts";
import { type Failure, type GundamError, isGundamError, NotOpenError } from "./errors.ts";
import type { ClientEvents } from "./events.ts";
import { Fifo } from "./fifo.ts";
import type { Effect, Effects, Event } from "./lifecycle.ts";
import { Link, type LinkDriver } from "./link.ts";
import { abortSignal, type DeclarationTable, resolveOptions } from "./option-checks.ts";
import { lost, Outbox, type OutboxListener, type Position, settle } from "./outbox.ts";
import { tooManyWhileClosing } from "./pings-and-flow.ts";
import { askProviders } from "./providers.ts";
import type { AlsoFollowed, Receipt } from "./receipt.ts";
import { redactUrl } from "./redact.ts";
import type { AbortControllerLike, AbortSignalLike } from "./structural.ts";
import { type Does, type Heir, type SuccessionEvent, successorOf, withSuccession } from "./succession.ts";
import type { Connection, Dial, DialRequest, Handshake, Message, OutgoingMessage } from "./transport.ts";

/** What the Close of the connection that gives way says, and how to keep it. */
export interface HandoverOptions extends Parting {
  /** Aborting it before the new connection is ready keeps the old one. */
  readonly signal?: AbortSignalLike | undefined;
}

const declarations: DeclarationTable = { ...partingDeclarations, signal: [abortSignal] };

/**
 * Goes over to another connection without a gap. It is prepared, opened and greeted (`onConnect`; what that sends at once,
 * or `ahead`, goes to the new one) beside the connection of now, which goes on. When it is ready all is sent over it; the
 * old one is sent Close, and read until the peer's Close comes, for `wsOpts.closingTimeout` at most. Messages of both are
 * delivered as they come. Nobody is told of a disconnect.
 *
 * Resolves when the new connection is ready. Rejects when it fails, with its error, and with the signal's reason: then the
 * old connection goes on, and nothing of the retry budget is spent. Rejects with a `NotOpenError` when there is no open
 * connection, another hand-over is under way, or the client is closed or replaces its connection meanwhile. Throws an
 * `OptionError` for what cannot be sent. If the old connection is lost meanwhile, the new one is the client's attempt, and
 * it settles as `ready()` does.
 *
 * @example setInterval(() => handover(client).catch(console.error), 115 * 60_000)
 */
export function handover(client: AnyClient, options: HandoverOptions = {}): Promise<void> {
  const driver = driverOf(client);
  const given = resolveOptions({ handover: declarations }, { handover: options }).handover;
  const { code = 1000, reason = "", signal } = given as HandoverOptions;
  if (signal?.aborted) return unheard(Promise.reject(signal.reason));
  driver.others ??= joinTo(driver);
  const others = driver.others as Others;
  const heir = new Handover(driver, others, code, reason);
  const abort = () => others.post({ type: "forsake", of: heir, cause: signal!.reason });
  const heed = signal && driver.platform.runtime.onAbort(signal, abort);
  others.post({ type: "handover", of: heir });
  if (heed !== undefined) heir.promise.then(heed, heed);
  return heir.promise;
}

/** From now on the client can have several connections. */
function joinTo(driver: Driver): Others {
  driver.transition = withSuccession(driver.transition);
  driver.toHeir = (of: Heir, does: Does, fact: never) => of[does](fact);
  return new Others(driver);
}

/** The connections of a client but that of now. */
class Others implements OtherConnections {
  readonly #driver: Driver;
  readonly links: Set<Link> = new Set();
  readonly leaving: Set<Leaving> = new Set();
  successor: Handover | undefined;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  post(event: SuccessionEvent): void {
    this.#driver.post(event as unknown as Event);
  }

  get greeting(): Way | undefined {
    return successorOf(this.#driver.state)?.name === "greeting" ? this.successor : undefined;
  }

  /** What it does not take goes to the connection of now. */
  get ahead(): Way | undefined {
    const { greeting } = this;
    return greeting?.link?.transport?.takes() ? greeting : undefined;
  }

  get connections(): readonly Connection[] {
    return [...this.links].flatMap(({ transport }) => transport ?? []);
  }

  get queue(): { readonly messages: number; readonly bytes: number } {
    const outbox = this.successor?.outbox;
    return { messages: outbox?.entries.length ?? 0, bytes: outbox?.bytes ?? 0 };
  }

  get deadline(): number {
    const ofSuccessor = this.successor?.outbox.deadline ?? Infinity;
    return Math.min(ofSuccessor, ...this.connections.map(({ deadline }) => deadline));
  }

  expire(now: number): void {
    for (const connection of this.connections) if (connection.deadline <= now) connection.expire(now);
    this.successor?.outbox.taken();
  }
}

/** What a link beside that of now tells. */
abstract class Beside implements LinkDriver {
  protected readonly driver: Driver;
  protected readonly others: Others;
  link: Link | undefined;

  constructor(driver: Driver, others: Others) {
    this.driver = driver;
    this.others = others;
  }

  abstract readonly outbox: { taken(): void };
  abstract post(event: Event): void;

  receive(message: Message, link: Link): void {
    this.driver.receive(message, link);
  }

  tell<Type extends "ping" | "pong" | "drain" | "drop">(type: Type, detail: ClientEvents[Type]): void {
    this.driver.tell(type, detail);
  }

  tellError(error: GundamError): void {
    this.driver.tellError(error);
  }

  schedule(): void {
    this.driver.schedule();
  }

  protected join(link: Link): void {
    link.driver = this;
    this.link = link;
    this.others.links.add(link);
  }

  protected unjoin(): Link | undefined {
    const { link } = this;
    this.link = undefined;
    if (link !== undefined) this.others.links.delete(link);
    return link;
  }
}

/** What else a client is told of an attempt is of no interest here: the client goes on. */
const carried = ["prepare", "dial", "greet", "letGo", "forget", "probe", "tellClose"] as const;
type Carried = Pick<Effects, (typeof carried)[number]>;

/** One hand-over: the successor, from its preparation to its succession or its failure. */
class Handover extends Beside implements Heir, Carried, Way, OutboxListener {
  readonly outbox: Outbox = new Outbox(this);
  readonly settings: Driver["settings"];
  readonly events: Driver["events"];
  readonly #code: number;
  readonly #reason: string;
  readonly #ready: Deferred = deferred();
  #generation = 0;
  #asking: AbortControllerLike | undefined;
  #request: DialRequest | undefined;
  #last: Leaving | undefined;

  constructor(driver: Driver, others: Others, code: number, reason: string) {
    super(driver, others);
    this.outbox.times = driver.outbox.times;
    this.settings = driver.settings;
    this.events = driver.events;
    this.#code = code;
    this.#reason = reason;
  }

  get promise(): Promise<void> {
    return this.#ready.promise;
  }

  post(event: Event): void {
    this.others.post({ type: "ofHeir", of: this, event });
  }

  // — effects of the successor's state ————————————————————————————————————————————————————————————————————————————————

  carryOut({ effect, generation }: { readonly effect: Effect; readonly generation: number }): void {
    this.#generation = generation;
    const [does, ...facts] = effect;
    const name = carried.find((name) => name === does);
    if (name !== undefined) (this[name] as (...facts: readonly unknown[]) => void)(...facts);
  }

  prepare(): void {
    const { driver } = this;
    const { route } = driver.state.life;
    const asked = { attempt: 1, lastFailure: undefined, route, generation: this.#generation };
    this.others.successor = this;
    this.#asking = askProviders(driver.platform, driver.settings, asked, this);
  }

  dial(request: DialRequest): void {
    this.#asking = undefined;
    this.#request = request;
    const link = new Link(this, this.#generation);
    this.join(link);
    link.transport = (this.driver.platform.dial as Dial<unknown, Connection>)(request, link);
  }

  greet(handshake: Handshake): void {
    const { driver } = this;
    // Whoever asked for it in a callback may wait for it there.
    driver.release();
    driver.greet(handshake, this, successorOf(driver.state));
  }

  probe(): void {
    void this.link!.transport!.ping?.();
  }

  letGo(code?: number, reason?: string): void {
    this.#asking?.abort();
    this.#asking = undefined;
    this.#unlink((connection) => connection.abandon(code, reason));
  }

  forget(): void {
    this.#unlink();
  }

  tellClose(_code: number, _reason: string, failure?: Failure): void {
    this.#failed(failure!.error);
  }

  #unlink(letGo?: (connection: Connection) => void): void {
    const { openConnection } = this;
    const link = this.unjoin();
    if (link === undefined) return;
    const drops = this.outbox.lose(openConnection);
    this.#handBack();
    letGo?.(link.transport!);
    if (link.handshake !== undefined) {
      const { driver } = this;
      link.dropping?.abort();
      // Nobody waits for an `onConnect` whose connection is gone.
      driver.release();
      driver.receivedBefore += link.received;
      driver.sentBefore += link.sent;
    }
    for (const drop of drops) this.driver.tell("drop", drop);
    this.driver.outbox.taken();
  }

  #failed(cause: unknown): void {
    // One that was refused has not begun, and another may be under way.
    if (this.others.successor === this) {
      this.others.successor = undefined;
      this.#tell(isGundamError(cause) ? cause : new NotOpenError("the hand-over was aborted", { cause }));
    }
    this.#ready.reject(cause);
  }

  #tell(error: GundamError | undefined): void {
    this.driver.tell("handover", { url: redactUrl(this.#request?.url ?? ""), error });
  }

  // — what becomes of it ——————————————————————————————————————————————————————————————————————————————————————————————

  forsake(cause: unknown): void {
    this.letGo(1000);
    this.#failed(cause);
  }

  succeed(): void {
    const { driver } = this;
    this.#last = new Leaving(driver, this.others, this);
    this.#takeOver();
    this.#tell(undefined);
    this.#last.sayGoodbye(this.#code, this.#reason);
    driver.becomeReady();
    this.#ready.resolve();
  }

  promote(): void {
    const { driver } = this;
    driver.asking = this.#asking;
    if (this.link === undefined) this.others.successor = undefined;
    else this.#takeOver();
    // Whoever was told of its connection hears what became of the one before.
    if (driver.openConnection !== undefined) this.#tell(undefined);
    driver.ready(undefined).then(this.#ready.resolve, this.#ready.reject);
  }

  /** Its connection is that of now. */
  #takeOver(): void {
    const { driver, outbox } = this;
    const { url, headers } = this.#request!;
    const link = this.unjoin()!;
    this.others.successor = undefined;
    driver.settings.use(url, headers);
    for (const position of outbox.inFlight.splice()) driver.outbox.inFlight.push(position);
    driver.outbox.alsoFollowed = outbox.alsoFollowed;
    this.#handBack();
    link.driver = driver;
    driver.link = link;
    // The readers of the last one may still have enough to read.
    for (const _ of driver.holders ?? []) link.transport!.hold?.();
  }

  /** What has yet to leave goes before all else, and whoever was told to wait for it is told when it has left. */
  #handBack(): void {
    const { outbox } = this.driver;
    outbox.owesDrain ||= this.outbox.owesDrain;
    for (const entry of this.outbox.takeAll()) outbox.push(entry, true);
  }

  closeLast(): void {
    this.#last?.hasStayed();
  }

  letGoOfLast(): void {
    this.#last?.letGo();
  }

  // — what is sent while it is greeted ————————————————————————————————————————————————————————————————————————————————

  get state(): { readonly name: string } {
    return successorOf(this.driver.state) ?? this.driver.state;
  }

  get openConnection(): Connection | undefined {
    return this.link?.handshake && this.link.transport;
  }

  now(): number {
    return this.driver.now();
  }

  sent(message: OutgoingMessage): void {
    this.driver.sent(message, this.link!);
  }
}

/** What comes over a leaving connection while somebody has not kept up: so many messages, and their length. */
const MOST_LATE = 64;
const MOST_LATE_SIZE = 1024 * 1024;

/** A connection that has given way: it is read until the peer's Close, and what is on its way over it is followed. */
class Leaving extends Beside {
  readonly outbox = this;
  alsoFollowed: AlsoFollowed | undefined;
  readonly #heir: Heir;
  readonly #connection: Connection;
  readonly #inFlight: Fifo<Position> = new Fifo();
  #mayClose = false;
  /** Sends its Close frame. */
  #close: (() => void) | undefined;
  /** The end of all that was sent. */
  #mark = 0;
  #isAnswered = false;
  /** It has ended by itself: there is nothing to let go of. */
  #isLost = false;
  #late = 0;
  #lateSize = 0;

  constructor(driver: Driver, others: Others, heir: Heir) {
    super(driver, others);
    const { outbox } = driver;
    const link = driver.link!;
    this.#heir = heir;
    this.#connection = link.transport!;
    for (const position of outbox.inFlight.splice()) this.#inFlight.push(position);
    this.alsoFollowed = outbox.alsoFollowed;
    outbox.alsoFollowed = undefined;
    driver.receivedBefore += link.received;
    driver.sentBefore += link.sent;
    link.dropping?.abort();
    this.join(link);
    others.leaving.add(this);
  }

  /** Its Close frame; a ping before it asks whether all was read. */
  sayGoodbye(code: number, reason: string): void {
    const connection = this.#connection;
    this.#mark = connection.mark();
    connection.ping?.().then(() => this.#answered(), nothing);
    this.#close = () => connection.close(code, reason);
    this.taken();
  }

  #answered(): void {
    this.#isAnswered = true;
    this.taken();
    this.alsoFollowed?.answered();
  }

  taken(): void {
    const connection = this.#connection;
    settle(this.#inFlight, connection, this);
    const isFollowed = this.#inFlight.length > 0;
    // Where there are no pings, a socket that is closing does not tell any more what it has taken.
    if (connection.ping || (!isFollowed && this.#mayClose)) this.#sendClose();
    connection.watch(isFollowed);
  }

  hasStayed(): void {
    this.#mayClose = true;
    this.taken();
  }

  #sendClose(): void {
    this.#close?.();
    this.#close = undefined;
  }

  isBusy(isAckWanted: boolean): boolean {
    const connection = this.#connection;
    if (isAckWanted && connection.ping) return !this.#isAnswered && this.link!.sent > 0;
    return !connection.hasTaken(this.#mark);
  }

  follow(receipts: readonly Receipt[]): void {
    this.#inFlight.push({ mark: this.#mark, receipts, message: undefined });
    this.taken();
  }

  post(event: Event): void {
    if (event.type !== "lost") return;
    this.#isLost = true;
    // The pong may have come just before it.
    this.driver.platform.runtime.microtask(() => this.others.post({ type: "left", of: this.#heir }));
  }

  /** Nothing stops its peer any more: what readers that have not kept up cannot take is let go, and told once. */
  override receive(message: Message, link: Link): void {
    if (this.driver.holders?.size) {
      if (this.#late === MOST_LATE || this.#lateSize > MOST_LATE_SIZE) {
        if (this.#lateSize < Infinity) this.tellError(tooManyWhileClosing());
        this.#lateSize = Infinity;
        return;
      }
      this.#late++;
      this.#lateSize += message.length;
    }
    this.driver.receivedBefore++;
    super.receive(message, link);
  }

  letGo(): void {
    if (this.unjoin() === undefined) return;
    this.others.leaving.delete(this);
    const connection = this.#connection;
    settle(this.#inFlight, connection, this);
    const drops = [
      ...(this.alsoFollowed?.lose() ?? []),
      ...lost(
        this.#inFlight.splice(),
        "the connection has given way before the platform had taken the message",
      ),
    ];
    if (!this.#isLost) {
      this.#sendClose();
      connection.abandon();
    }
    for (const drop of drops) this.driver.tell("drop", drop);
  }
}
