// The lifecycle of a client that hands over: while its connection goes on, a successor is prepared, opened and greeted
// beside it; and connections that have given way are read until the peer's Close frame comes. The successor is a state of
// its own, to which the same table applies; what is said here is when it takes the other's place. Pure, as the table is.
//
// Such a client has its other connections in its state, behind what everybody sees of it: the state of its connection of
// now. Whoever never hands over never loads this.

import { type Failure, NotOpenError } from "./errors.ts";
import type { Watched } from "./keepalive.ts";
import {
  afterConnection,
  type Effect,
  type Env,
  type Event,
  initialState,
  isConnected,
  type State,
  type Transition,
  type transition,
} from "./lifecycle.ts";

/** What carries out the effects of one hand-over. To the lifecycle it is a name. */
export interface Heir {
  /** Its connection, while it is the successor. */
  readonly link: Watched | undefined;
  /** An effect of its own state, of this generation. */
  carryOut(told: { readonly effect: Effect; readonly generation: number }): void;
  /** It is the connection of now, and the one before it is sent Close. */
  succeed(): void;
  /** It is the client's attempt from now on, for the connection of now was lost. */
  promote(): void;
  /** It is let go of. */
  forsake(cause: unknown): void;
  /** The connection that it took the place of has stayed open for what its peer had yet to send. */
  closeLast(): void;
  /** The connection that it took the place of is waited for no longer. */
  letGoOfLast(): void;
}

/** What can happen besides; `of`: to whom. */
export type SuccessionEvent = { readonly of: Heir } & (
  | { readonly type: "handover" }
  /** Whoever asked for it does not want it any more. */
  | { readonly type: "forsake"; readonly cause: unknown }
  /** Something happened to its attempt, or to the connection that this has become. */
  | { readonly type: "ofHeir"; readonly event: Event }
  /** The connection that it took the place of is gone. */
  | { readonly type: "left" }
);

export type Does = Exclude<keyof Heir, "link">;

/** What is asked of an heir: a method, and what it is told. */
export type SuccessionEffect = {
  readonly [Name in Does]: readonly [name: "toHeir", of: Heir, does: Name, ...facts: Parameters<Heir[Name]>];
}[Does];

/** All connections of a client but that of now. */
interface Others {
  readonly successor: Successor | undefined;
  readonly leaving: readonly Leaving[];
  /** Whose connection is that of now, or whose attempt. */
  readonly heir: Heir | undefined;
}

/** One that has given way, to its heir: until its deadline it is waited for. */
interface Leaving {
  readonly of: Heir;
  readonly until: number;
  /**
   * Where there are no pings it stays open until its deadline, and is then sent Close and waited for until this one: a browser
   * tells no message of a WebSocket that is closing.
   */
  readonly closingUntil?: number;
}

interface Successor {
  readonly of: Heir;
  readonly state: State;
}

/** The deadline is the earliest of all; `ownUntil`: that of the connection of now. */
type Joined = State & { readonly others?: Others & { readonly ownUntil: number } };

type Step = readonly [next: State, ...effects: readonly (Effect | SuccessionEffect)[]];

/** How long a browser's WebSocket stays open for what its peer has sent before it heard of the new one, in ms. */
const STAY = 1_000;

const none: Others = { successor: undefined, leaving: [], heir: undefined };

/** The state of the successor, while there is one. */
export function successorOf(state: State): State | undefined {
  return (state as Joined).others?.successor?.state;
}

/** The deadline of the connection of now, whatever the others have. */
export function ownDeadlineOf(state: State): number {
  return (state as Joined).others?.ownUntil ?? state.until;
}

/** The lifecycle of a client that hands over; `single`: that of one connection. */
export function withSuccession(single: typeof transition): typeof transition {
  return (state, event, env) =>
    new Moment(single, state, env).after(event) as readonly unknown[] as Transition;
}

/** A state to which something happens. */
class Moment {
  readonly #single: typeof transition;
  readonly #state: State;
  readonly #env: Env;
  /** Without the others. */
  readonly #own: State;
  readonly #others: Others;

  constructor(single: typeof transition, state: State, env: Env) {
    this.#single = single;
    this.#state = state;
    this.#env = env;
    const { others, ...own } = state as Joined;
    this.#own = others ? ({ ...own, until: others.ownUntil } as State) : state;
    this.#others = others ?? none;
  }

  after(event: Event | SuccessionEvent): Step {
    const { successor, heir } = this.#others;
    switch (event.type) {
      case "handover":
        return this.#begin(event.of);
      case "forsake":
        if (successor?.of !== event.of) return [this.#state];
        return [this.#with({ successor: undefined }), ["toHeir", event.of, "forsake", event.cause]];
      case "left":
        return this.#without(event.of);
      case "ofHeir":
        if (successor?.of === event.of) return this.#ofSuccessor(successor, event.event);
        return heir === event.of ? this.#ofOwn(event.event) : [this.#state];
      case "timeout":
        return this.#inTime(event);
      default:
        return this.#ofOwn(event);
    }
  }

  #begin(of: Heir): Step {
    const { name, generation } = this.#own;
    const refuse = (problem: string): Step => [
      this.#state,
      ["toHeir", of, "forsake", new NotOpenError(`there is no handing over: ${problem}`)],
    ];
    if (this.#others.successor !== undefined) return refuse("another hand-over is under way");
    if (name !== "open") return refuse(`the client has no open connection, it is ${name}`);
    const unborn = { of, state: { ...initialState, generation } };
    return this.#ofSuccessor(unborn, { type: "reconnect", code: 1000, reason: "" });
  }

  /** Only the deadline that has passed is told. */
  #inTime(event: Event & { readonly type: "timeout" }): Step {
    const { now } = this.#env;
    const { successor, leaving } = this.#others;
    if (now < this.#state.until) return [this.#state];
    const due = leaving.find(({ until }) => until <= now);
    if (due !== undefined) return this.#due(due);
    const isOfSuccessor = successor !== undefined && successor.state.until <= now;
    return isOfSuccessor ? this.#ofSuccessor(successor, event) : this.#ofOwn(event);
  }

  /**
   * The successor is an attempt without a retry, at the endpoint of now, and waits for no callback: they go on with the
   * connection of now.
   */
  #ofSuccessor({ of, state }: Successor, event: Event): Step {
    const options = { ...this.#env.options, retry: 0 };
    const env = { ...this.#env, link: of.link, router: undefined, options };
    let [next, ...effects] = this.#single(state, event, env);
    if (next.name === "settling") {
      const [prepared, ...more] = this.#single(next, { type: "settled", generation: next.generation }, env);
      next = prepared;
      effects = [...effects, ...more];
    }
    if (next.name === "open") return this.#succeeded(of, next);
    const { generation } = next;
    const told = effects.map(
      (effect): SuccessionEffect => ["toHeir", of, "carryOut", { effect, generation }],
    );
    const successor = next.name === "closed" ? undefined : { of, state: next };
    return [this.#with({ successor }), ...told];
  }

  #succeeded(of: Heir, next: State): Step {
    const { now, options, ping } = this.#env;
    const { life } = afterConnection(this.#own, this.#env);
    const until = now + options.wsOpts.closingTimeout;
    const last = ping ? { of, until } : { of, until: Math.min(now + STAY, until), closingUntil: until };
    const leaving = [...this.#others.leaving, last];
    const own = { ...next, life: { ...life, hasWorked: true } };
    return [this.#with({ successor: undefined, heir: of, leaving }, own), ["toHeir", of, "succeed"]];
  }

  #ofOwn(event: Event): Step {
    const [next, ...effects] = this.#single(this.#own, event, this.#env);
    const { successor } = this.#others;
    // That nothing has changed is to be seen.
    const state = next === this.#own ? this.#state : this.#with({}, next);
    if (next.name === "open" || next.name === "ending") {
      if (event.type !== "wake" || successor === undefined) return [state, ...effects];
      const [woken, ...ofSuccessor] = new Moment(this.#single, state, this.#env).#ofSuccessor(
        successor,
        event,
      );
      return [woken, ...effects, ...ofSuccessor];
    }
    if (state === this.#state) return [state, ...effects];
    // Those that give way are heard until the end of the connection of now is told.
    const { leaving } = next.name === "closing" ? this.#others : none;
    const gone = leaving === none.leaving ? this.#others.leaving : [];
    const letGo = gone.map(({ of }): SuccessionEffect => ["toHeir", of, "letGoOfLast"]);
    const others = { leaving, successor: undefined };
    if (successor === undefined) return [this.#with(others, next), ...letGo, ...effects];
    const failure = failureIn(next, effects);
    if (failure !== undefined) return this.#promoted(successor, failure, [...letGo, ...effects]);
    const cause = new NotOpenError(`the hand-over was given up: the client is ${next.name}`);
    return [this.#with(others, next), ["toHeir", successor.of, "forsake", cause], ...letGo, ...effects];
  }

  /** The connection of now is lost: instead of all that would follow, the successor is the attempt. */
  #promoted({ of, state }: Successor, failure: Failure, effects: Step[1][]): Step {
    const { life } = afterConnection(this.#own, this.#env);
    const first = (...names: string[]) => effects.findIndex(([name]) => names.includes(name));
    const told = effects.slice(first("tellPhase"), first("decide", "tellDisconnect"));
    // Whoever was told of the new connection is not told that there is none.
    const disconnect: Effect[] = isConnected(state) ? [] : [["tellDisconnect", true, failure]];
    const others = { leaving: [], successor: undefined, heir: of };
    // Whoever is told finds the connection that the state is about.
    return [
      this.#with(others, { ...state, life }),
      ...effects.slice(0, first("tellPhase")),
      ["toHeir", of, "promote"],
      ...told,
      ...disconnect,
    ];
  }

  #due({ of, closingUntil: until }: Leaving): Step {
    if (until === undefined) return this.#without(of);
    const leaving = this.#others.leaving.map((one) => (one.of === of ? { of, until } : one));
    return [this.#with({ leaving }), ["toHeir", of, "closeLast"]];
  }

  #without(heir: Heir): Step {
    const leaving = this.#others.leaving.filter(({ of }) => of !== heir);
    if (leaving.length === this.#others.leaving.length) return [this.#state];
    return [this.#with({ leaving }), ["toHeir", heir, "letGoOfLast"]];
  }

  #with(changes: Partial<Others>, own: State = this.#own): State {
    const others = { ...this.#others, ...changes, ownUntil: own.until };
    const { successor, leaving, heir } = others;
    if (successor === undefined && heir === undefined) return own;
    const deadlines = [...leaving, ...(successor ? [successor.state] : [])].map(({ until }) => until);
    return { ...own, until: Math.min(own.until, ...deadlines), others } as Joined;
  }
}

/** Why the connection of now was lost, if it was. */
function failureIn(next: State, effects: readonly Effect[]): Failure | undefined {
  if (next.name === "deciding") return next.setback.failure;
  const end = effects.find((effect) => effect[0] === "tellClose");
  return end?.[3] as Failure | undefined;
}
