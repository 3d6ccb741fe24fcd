// One storm, as far as it has got. Time goes in ms from the server's death. A client has one event at most: its next
// attempt, when that reaches the server; all that follows from it is known as soon as it does. Attempts that arrive in
// the same ms are in the order of their clients' attempts before.

import { ConnectError, type Failure, TimeoutError } from "@gundam/core";
import { closed, reset } from "../fake-transport.ts";
import { mixSeed, Random } from "../random.ts";
import { AcceptQueue } from "./accept-queue.ts";
import { leastRecovery, type Storm } from "./options.ts";
import type { Fleet } from "./policy.ts";
import { peakOf, type StormReport, timeOf } from "./report.ts";
import { Tally } from "./tally.ts";
import { FARTHEST, Timetable } from "./timetable.ts";

/** Beside it there is room in the timetable for a handshake that times out. */
const LONGEST_WAIT = FARTHEST / 2;

export class Simulation {
  readonly #storm: Storm;
  readonly #end: number;
  readonly #fleet: Fleet;
  readonly #queue: AcceptQueue;
  readonly #timetable: Timetable;
  /** From each client to the server, in ms. */
  readonly #oneWay: Uint16Array;
  readonly #loss: Failure;
  readonly #timedOut: Failure;
  #random: Random;
  readonly #connections: Tally;
  readonly #attempts: Tally;
  readonly #outcomes = { total: 0, away: 0, full: 0, late: 0 };
  /** Of the clients so many have noticed that they lost their server. */
  #noticed = 0;
  #now = 0;
  #lastConnection = 0;
  #lost = 0;

  constructor(storm: Storm) {
    const { policy, clients, capacity, outage, backlog, closeCode, step, horizon, seed } = storm;
    this.#storm = storm;
    this.#end = outage + horizon;
    this.#queue = new AcceptQueue(outage, capacity, backlog);
    this.#timetable = new Timetable(clients);
    this.#loss = closeCode === undefined ? reset() : closed(closeCode);
    this.#timedOut = timedOut(policy.handshakeTimeout);
    this.#connections = new Tally(step);
    this.#attempts = new Tally(step);
    this.#random = new Random(seed);
    this.#oneWay = distances(storm, this.#random);
    this.#fleet = policy.fleet(clients, () => this.#random.next());
  }

  /** Goes on by so many events: first each client loses its server, then attempts, or a ms where there is none. */
  advance(events: number): void {
    for (let left = events; left > 0 && !this.isOver; left--) {
      if (this.#isLosing) {
        const client = this.#noticed++;
        this.#retry(client, this.#loss, this.#oneWay[client]!);
        continue;
      }
      const client = this.#timetable.take(this.#now);
      if (client < 0) this.#now++;
      else this.#attempt(client);
    }
  }

  /** No attempt will be made any more before the horizon. */
  get isOver(): boolean {
    return this.#timetable.size === 0 && !this.#isLosing;
  }

  get #isLosing(): boolean {
    return this.#noticed < this.#storm.clients;
  }

  report(): StormReport {
    const { policy, clients, capacity, outage, step } = this.#storm;
    const { isOver } = this;
    const now = isOver ? Math.max(this.#now, this.#lastConnection) : this.#now;
    const steps = Math.floor(now / step) + (isOver ? 2 : 1);
    const curve = {
      step,
      connected: this.#connections.before(steps),
      attempts: this.#attempts.during(steps),
    };
    const connected = curve.connected[steps - 1]!;
    const trying = clients - connected - this.#lost;
    const bound = leastRecovery(clients, capacity);
    const recovery = connected === clients ? this.#lastConnection - outage : Infinity;
    return {
      policy: policy.name,
      isOver,
      now,
      clients,
      connected,
      lost: this.#lost,
      trying,
      attempts: { ...this.#outcomes },
      peak: peakOf(curve),
      bound,
      recovery,
      overBound: recovery / bound,
      downtime: { median: timeOf(0.5, clients, curve), p99: timeOf(0.99, clients, curve) },
      curve,
    };
  }

  /** An attempt reaches the server. */
  #attempt(client: number): void {
    const now = this.#now;
    const oneWay = this.#oneWay[client]!;
    this.#attempts.add(now);
    this.#outcomes.total++;
    const { outage, whileAway, policy } = this.#storm;
    const expiresAt = now - oneWay + policy.handshakeTimeout;
    if (now < outage) {
      this.#outcomes.away++;
      if (whileAway === "refuses") return this.#retry(client, refused, now + oneWay);
      // Without a limit it hangs for good.
      if (expiresAt < Infinity) this.#retry(client, this.#timedOut, expiresAt);
      return;
    }
    const doneAt = this.#queue.join(now);
    if (doneAt === Infinity) {
      this.#outcomes.full++;
      return this.#retry(client, refused, now + oneWay);
    }
    if (doneAt + oneWay > expiresAt) {
      this.#outcomes.late++;
      return this.#retry(client, this.#timedOut, expiresAt);
    }
    this.#connections.add(doneAt + oneWay);
    this.#lastConnection = Math.max(this.#lastConnection, doneAt + oneWay);
  }

  /** `client` notices at `noticedAt` that it has failed. */
  #retry(client: number, failure: Failure, noticedAt: number): void {
    // What a client draws depends on nothing but the client and the time: not on who else does what, or when.
    this.#random = new Random(mixSeed(this.#storm.seed, client, noticedAt));
    const wait = this.#fleet.plan(client, failure, noticedAt);
    if (wait === Infinity) {
      this.#lost++;
      return;
    }
    if (!(wait >= 0 && wait <= LONGEST_WAIT)) {
      const { name } = this.#storm.policy;
      throw new RangeError(
        `policy "${name}" waits ${wait} ms: it must be from 0 to ${LONGEST_WAIT} ms, or Infinity to give up`,
      );
    }
    // A timer counts in ms, and does not fire early.
    const at = Math.ceil(noticedAt + wait) + this.#oneWay[client]!;
    if (at <= this.#end) this.#timetable.add(client, at);
  }
}

const refused: Failure = {
  kind: "network",
  phase: "tcp",
  error: new ConnectError("tcp", "the connection was refused"),
  byUs: false,
};

function timedOut(timeout: number): Failure {
  const error = new TimeoutError("upgrade", timeout, "httpOpts.upgradeTimeout");
  return { kind: "timeout", phase: "upgrade", error, byUs: true };
}

/** From each client to the server, in whole ms. */
function distances({ clients, roundTrip }: Storm, random: Random): Uint16Array {
  return new Uint16Array(clients).map(() => Math.round((roundTrip / 2) * (0.5 + random.next())));
}
