// The last attempts of a client, for whoever asks what happened: written as the driver tells it, bounded, and only what
// can be told in words. An error itself would keep its stack, its cause and what they hold.

import { Client, driverOf } from "./client.ts";
import { type CloseError, type GundamError, OptionError, type Phase, type RefusedError } from "./errors.ts";
import { type Observer, observers } from "./observers.ts";
import { printable } from "./printable.ts";
import { redactUrl } from "./redact.ts";

/** How many attempts are remembered. */
const LONGEST_HISTORY = 20;
/** How many phases of an attempt, the last ones: each redirect has its own. */
const MOST_PHASES = 20;

/** One attempt and what became of it. Durations in ms. */
export interface AttemptRecord {
  /** 1 for the first since the budget was last full. */
  readonly attempt: number;
  /** Wall clock, ms since the epoch. */
  readonly startedAt: number;
  /** Where it led, without userinfo and query; "" before a url function has answered. */
  readonly url: string;
  /** Which of `endpoints([…])` it was for, by its place. */
  readonly endpoint: string | undefined;
  /** The phases that are over, in order; the last 20, for each redirect has its own. */
  readonly phases: readonly PhaseRecord[];
  /** The `phase` that goes on now, and for what `duration` it has, in ms; undefined when none does. */
  readonly pending: { readonly phase: Phase; readonly duration: number } | undefined;
  /** The opening handshake succeeded. */
  readonly opened: boolean;
  /** How long the connection has lasted, in ms; undefined while it is open, and if it never was. */
  readonly uptime: number | undefined;
  /** Why the attempt or its connection ended; undefined while it goes on, or when we ended it. */
  readonly error: AttemptError | undefined;
  /**
   * What was decided on that: the wait before the next attempt, or that it was the last. "handed over": the connection has
   * given way to the next one; "kept": a hand-over to this one failed, and the next one was kept.
   */
  readonly verdict: RetryRecord | "stop" | "handed over" | "kept" | undefined;
}

/**
 * What was decided on a failure that is retried. `next`, `isStruckOut`: of `endpoints([…])`, where the next attempt
 * leads, and whether that of this one was struck out.
 */
export interface RetryRecord {
  /** How long the client waits before the next attempt, in ms. */
  readonly retryIn: number;
  /** Retries that are left after that one. */
  readonly retriesLeft: number;
  /** Of `endpoints([…])`, where the next attempt leads; undefined without them. */
  readonly next?: string;
  /** Of `endpoints([…])`: that of this attempt is not tried for 5 minutes. */
  readonly isStruckOut?: boolean;
}

/** What an error says, without the error. */
export interface AttemptError {
  /** The error's class, such as `RefusedError`. */
  readonly name: string;
  /** The error's code, such as `ERR_REFUSED`. */
  readonly code: string;
  /** What the error says, without secrets. */
  readonly message: string;
  /** Of the Close frame, or that of a broken protocol. */
  readonly closeCode: number | undefined;
  /** HTTP status of a refusal. */
  readonly status: number | undefined;
}

/** One phase of an attempt that is over. */
export interface PhaseRecord {
  /** Which one; browsers show only `prepare` and `open`. */
  readonly phase: Phase;
  /** How long it took, in ms. */
  readonly duration: number;
  /** The attempt ended in it. */
  readonly failed: boolean;
}

/** `since`, `openedAt`: monotonic ms. */
interface Written extends Omit<AttemptRecord, "pending"> {
  readonly pending: { readonly phase: Phase; readonly since: number } | undefined;
  readonly openedAt: number | undefined;
}
type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const nothing: readonly PhaseRecord[] = [];

/** The oldest first. Throws an `OptionError` for a client of another copy of the library that writes down nothing. */
export function attemptsOf(client: object): readonly AttemptRecord[] {
  const driver = driverOf(client as never);
  const { history, state } = driver;
  if (history === undefined && state.generation > 0 && !(client instanceof Client)) {
    const problem = "is of another copy of gundam, where explain was not imported: import it from there";
    throw new OptionError("client", undefined, problem);
  }
  const shown = ({ url, pending, openedAt, ...record }: Written) => ({
    ...record,
    url: printable(redactUrl(url)),
    pending: pending && { phase: pending.phase, duration: driver.now() - pending.since },
  });
  return recordsOf(client).map(shown);
}

const write: Writers = {
  attempt(records, { attempt }, client) {
    // It began just before the attempt is told.
    const pending = { phase: "prepare", since: driverOf(client as never).now() } as const;
    add(records, client, { attempt, pending });
  },
  // Without its secrets it is for whoever asks: to parse it for nobody would take long.
  dial: (records, { url }) => amend(records, { url }),
  phase(records, told, client) {
    const { phase } = told;
    if (told.type === "start") {
      const since = driverOf(client as never).now();
      if (phase !== "prepare") amend(records, { pending: { phase, since } });
      return;
    }
    const { duration, error } = told;
    const phases = (records.at(-1)?.phases ?? nothing).slice(1 - MOST_PHASES);
    const ended = { phase, duration, failed: error !== undefined };
    amend(records, { phases: phases.concat(ended), pending: undefined });
  },
  connect(records, _, client) {
    const last = records.at(-1);
    // Of a hand-over, whose own event tells the rest.
    if (last?.opened && last.error === undefined) return;
    const driver = driverOf(client as never);
    const url = driver.settings.state.uri;
    record(records, client, { opened: true, openedAt: driver.now() }, { url });
  },
  disconnect(records, { close }, client) {
    const { lastError } = driverOf(client as never);
    if (close === undefined) end(records, client);
    else if (records.at(-1)?.error === undefined) amend(records, { error: wordsOf(lastError!) });
  },
  setback: (records, { failure, wasOpen, uptime }, client) =>
    record(records, client, { error: wordsOf(failure.error), uptime: wasOpen ? uptime : undefined }),
  retry: (records, { delay, retriesLeft }, client) =>
    amend(records, {
      verdict: { retryIn: delay, retriesLeft, ...turnFrom(records.at(-1)?.endpoint, client) },
    }),
  close(records, { error }, client) {
    if (error === undefined) end(records, client);
    else amend(records, { error: wordsOf(error), verdict: "stop" });
  },
  handover(records, { url, error }, client) {
    // The attempt that led to the connection may have begun before anybody wrote down.
    const attempt = records.at(-1)?.attempt ?? 1;
    if (error === undefined) {
      end(records, client);
      amend(records, { verdict: "handed over" });
      add(records, client, { attempt, url, opened: true, openedAt: driverOf(client as never).now() });
    } else {
      // The connection that was kept stays the last.
      add(
        records.slice(0, -1),
        client,
        { attempt, url, error: wordsOf(error), verdict: "kept" },
        records.slice(-1),
      );
    }
  },
};

/** What happened to the attempt of now: that is a hand-over's where the last one has ended, and nothing was decided on that. */
function record(
  records: Writable<Written>[],
  client: object,
  facts: Partial<Written>,
  ofAnother: Partial<Written> = {},
): void {
  const last = records.at(-1);
  if (last?.error === undefined) amend(records, facts);
  else add(records, client, { attempt: last.attempt, ...ofAnother, ...facts });
}

/** `after`: what stays behind it. */
function add(
  records: readonly Written[],
  client: object,
  facts: Pick<Written, "attempt"> & Partial<Written>,
  after: readonly Written[] = [],
): void {
  const driver = driverOf(client as never);
  const record: Written = {
    startedAt: driver.platform.runtime.wallNow(),
    url: "",
    endpoint: nextEndpoint(client),
    phases: nothing,
    pending: undefined,
    opened: false,
    openedAt: undefined,
    uptime: undefined,
    error: undefined,
    verdict: undefined,
    ...facts,
  };
  // Many clients have but one, and an array that is pushed to takes room for more.
  driver.history = [...records, record, ...after].slice(-LONGEST_HISTORY);
}

type Writers = {
  readonly [Type in
    | "attempt"
    | "dial"
    | "phase"
    | "connect"
    | "disconnect"
    | "setback"
    | "retry"
    | "close"
    | "handover"]: (
    records: Writable<Written>[],
    detail: Parameters<Observer<Type>>[2],
    client: object,
  ) => void;
};

function amend(records: Writable<Written>[], facts: Partial<Written>): void {
  const record = records.at(-1);
  if (record !== undefined) Object.assign(record, facts);
}

/** This side has ended its connection, if it had one: nobody else tells how long that lasted. */
function end(records: Writable<Written>[], client: object): void {
  const { openedAt, uptime } = records.at(-1) ?? {};
  if (openedAt !== undefined && uptime === undefined)
    amend(records, { uptime: driverOf(client as never).now() - openedAt });
}

function nextEndpoint(client: object): string | undefined {
  const { settings, state } = driverOf(client as never);
  return settings.router?.nameAt(state.life.route);
}

/** Where the next attempt leads, and what became of the endpoint of the last one. */
function turnFrom(last: string | undefined, client: object): Partial<RetryRecord> {
  const driver = driverOf(client as never);
  const { router } = driver.settings;
  const { route } = driver.state.life;
  if (router === undefined || route === undefined) return {};
  const isStruckOut = route.places.some(
    ({ struckUntil }, at) => struckUntil > driver.now() && router.nameAt({ ...route, at }) === last,
  );
  return { next: router.nameAt(route), isStruckOut };
}

function wordsOf(error: GundamError): AttemptError {
  const { name, code, message, closeCode, status } = error as GundamError &
    Partial<CloseError & RefusedError>;
  return { name, code, message: printable(message), closeCode, status };
}

/** The driver has a place for them: to look them up by the client at each event would take long. */
function recordsOf(client: object): Writable<Written>[] {
  return (driverOf(client as never).history ?? []) as Writable<Written>[];
}

observers.push((client, type, detail) => {
  if (Object.hasOwn(write, type)) write[type as keyof Writers](recordsOf(client), detail as never, client);
});
