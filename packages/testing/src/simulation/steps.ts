// The steps of a schedule: what the network, the clock and the user may do next. Each has a weight, which says how likely
// it is in the world of now; 0: it makes no sense there.

import { SendTimeoutError } from "@gundam/core";
import type { StateName } from "@gundam/core/lifecycle";
import { successorOf } from "@gundam/core/succession";
import type { Random } from "../random.ts";
import type { Pending } from "./functions.ts";
import { failedAttempt, lostConnection, type SimulatedTransport } from "./network.ts";
import type { Wish } from "./user.ts";
import type { World } from "./world.ts";

export interface Step {
  readonly name: string;
  readonly weight: (world: World) => number;
  readonly perform: (world: World, random: Random) => void | Promise<void>;
}

// — the network, and the connection of now ——————————————————————————————————————————————————————————————————————————————

const connecting = (world: World) => world.state.name === "connecting" && world.network.current !== undefined;
const connected = (world: World) => world.network.current?.isOpen === true;
const now = (world: World) => world.network.current!;
/** A successor is being prepared. */
const isPrepared = ({ state }: World) => successorOf(state)?.name === "preparing";
const isBusy = (world: World) => world.functions.pending.some(({ call }) => call.name === "onMessage");

/** Where a client finds out that its connection is ending. */
const found: Partial<Record<StateName, number>> = { greeting: 1.2, open: 1.2 };
/** Where something else is more telling than the loss. */
const rarelyLost: Partial<Record<StateName, number>> = { closing: 1.5, ending: 1.5 };

const network: readonly Step[] = [
  {
    name: "phase",
    weight: (world) => (connecting(world) && now(world).phasesLeft.length > 0 ? 3 : 0),
    perform: (world, random) => startPhase(now(world), random),
  },
  {
    name: "open",
    weight: (world) => (connecting(world) ? 9 : 0),
    perform: (world, random) => {
      // What waits for it leaves as slowly as it is taken.
      now(world).isClogged = random.chance(0.2);
      now(world).open();
    },
  },
  {
    name: "open and message at once",
    weight: (world) => (connecting(world) ? 1 : 0),
    perform: (world, random) => {
      const transport = now(world);
      transport.open();
      if (transport.isLive) transport.receiveNext(random);
    },
  },
  {
    name: "refuse",
    weight: (world) => (connecting(world) ? 3 : 0),
    perform: (world, random) => now(world).lose(failedAttempt(random)),
  },
  {
    name: "message",
    // What was read before the pause is still delivered.
    weight: (world) => (connected(world) ? (now(world).isPaused ? 1 : 4) : 0),
    perform: (world, random) => now(world).receiveNext(random),
  },
  {
    name: "messages at once",
    weight: (world) => (connected(world) ? 1 : 0),
    perform: (world, random) => {
      const transport = now(world);
      for (let left = 3; left > 0 && transport.isLive; left--) transport.receiveNext(random);
    },
  },
  {
    // More than may wait while the peer's Close must be read.
    name: "a flood",
    weight: (world) => (world.state.name === "closing" && connected(world) && isBusy(world) ? 2 : 0),
    perform: (world, random) => {
      const transport = now(world);
      if (random.chance(0.2)) transport.receive("x".repeat(2 ** 20));
      for (let left = random.pick([3, 70]); left > 0 && transport.isLive; left--)
        transport.receiveNext(random);
    },
  },
  {
    name: "lose",
    weight: (world) =>
      connected(world)
        ? (rarelyLost[world.state.name] ?? 3) + (world.network.successor || isPrepared(world) ? 4 : 0)
        : 0,
    perform: (world, random) => now(world).lose(lostConnection(random)),
  },
  {
    name: "end without a word",
    weight: (world) => (connected(world) && !now(world).isEnding ? 0.4 : 0),
    perform: (world) => now(world).endWithoutWord(),
  },
  {
    name: "end without a word, and be sent to",
    weight: ({ state, network: { current } }) => (current?.isEnding === false ? (found[state.name] ?? 0) : 0),
    perform: endAndSend,
  },
  {
    // What clients that listen to both `error` and `close` hear.
    name: "lose twice",
    weight: (world) => (world.network.current !== undefined ? 1 : 0),
    perform: (world, random) => {
      const transport = now(world);
      const failure = () => (transport.wasOpened ? lostConnection(random) : failedAttempt(random));
      transport.lose(failure());
      transport.lose(failure());
    },
  },
  {
    name: "trouble",
    weight: (world) => (connected(world) ? 1 : 0),
    perform: (world) => now(world).trouble(new SendTimeoutError("the peer reads slowly")),
  },
  {
    name: "ping and pong",
    weight: (world) => (connected(world) ? 0.5 : 0),
    perform: (world) => {
      const transport = now(world);
      transport.receivePing(new Uint8Array([1]));
      if (transport.isLive) transport.receivePong(transport.pings.at(-1) ?? new Uint8Array([1]));
    },
  },
  {
    name: "clog",
    weight: (world) => (connected(world) ? 0.5 : 0),
    perform: (world) => {
      now(world).isClogged = true;
    },
  },
  {
    // Behind it the next question waits.
    name: "clog, and be sent to",
    weight: ({ state, setup }) =>
      state.name === "open" && setup.options.wsOpts!.keepalive! < Infinity ? 1 : 0,
    perform: (world, random) => {
      now(world).isClogged = true;
      world.user.send(random, {});
    },
  },
  {
    name: "drain",
    weight: (world) => (world.network.current?.isClogged ? 1.5 : 0),
    perform: (world) => now(world).drain(),
  },
  {
    name: "trickle",
    weight: ({ network: { current } }) => (current !== undefined && current.bufferedAmount > 1 ? 3 : 0),
    perform: (world, random) => now(world).drain(1 + random.below(now(world).bufferedAmount - 1)),
  },
  {
    name: "reschedule",
    weight: (world) => (connected(world) ? 0.5 : 0),
    perform: (world, random) => {
      now(world).reschedule(random.pick([Infinity, world.runtime.now() + random.pick([0, 10, 2_000])]));
    },
  },
  {
    name: "stale event",
    weight: (world) => (world.network.stale.length > 0 ? (world.state.name === "ending" ? 15 : 5) : 0),
    perform: (world, random) => {
      const { stale } = world.network;
      disturb(random.chance(0.6) ? stale.at(-1)! : random.pick(stale), random);
    },
  },
];

// — the successor, and what has given way ————————————————————————————————————————————————————————————————————————————————

const successorIs = (world: World, name: StateName) =>
  successorOf(world.state)?.name === name && world.network.successor !== undefined;
const successor = (world: World) => world.network.successor!;
/** The successor once it is open, or what is leaving. */
const beside = ({ network }: World) => [
  ...network.leaving,
  ...(network.successor?.isOpen ? [network.successor] : []),
];
const anyBeside = (world: World, random: Random) => random.pick(beside(world));

const succession: readonly Step[] = [
  {
    name: "phase of the successor",
    weight: (world) => (successorIs(world, "connecting") && successor(world).phasesLeft.length > 0 ? 1 : 0),
    perform: (world, random) => startPhase(successor(world), random),
  },
  {
    name: "open the successor",
    weight: (world) => (successorIs(world, "connecting") ? 14 : 0),
    perform: (world) => successor(world).open(),
  },
  {
    name: "refuse the successor",
    weight: (world) => (successorIs(world, "connecting") ? 3 : 0),
    perform: (world, random) => successor(world).lose(failedAttempt(random)),
  },
  {
    name: "lose the successor",
    weight: (world) => (successorIs(world, "ending") ? 12 : successorIs(world, "greeting") ? 3 : 0),
    perform: (world, random) => successor(world).lose(lostConnection(random)),
  },
  {
    name: "end the successor without a word",
    weight: (world) => (successorIs(world, "greeting") && !successor(world).isEnding ? 12 : 0),
    perform: (world, random) => {
      successor(world).endWithoutWord();
      world.user.send(random, { ahead: true });
    },
  },
  {
    name: "lose what leaves",
    weight: ({ network }) => (network.leaving.length > 0 ? 4 : 0),
    perform: (world, random) => random.pick(world.network.leaving).lose(lostConnection(random)),
  },
  {
    name: "message beside",
    weight: (world) => (beside(world).length > 0 ? 4 : 0),
    perform: (world, random) => anyBeside(world, random).receiveNext(random),
  },
  {
    name: "ping and pong beside",
    weight: (world) => (beside(world).length > 0 ? 2 : 0),
    perform: (world, random) => {
      const transport = anyBeside(world, random);
      transport.receivePong(transport.pings.at(-1) ?? new Uint8Array([1]));
      if (transport.isLive) transport.receivePing(new Uint8Array([1]));
    },
  },
  {
    name: "trouble beside",
    weight: (world) => (beside(world).length > 0 ? 0.5 : 0),
    perform: (world, random) =>
      anyBeside(world, random).trouble(new SendTimeoutError("the peer reads slowly")),
  },
  {
    name: "clog the successor",
    weight: (world) => (successorIs(world, "greeting") ? 1 : 0),
    perform: (world) => {
      successor(world).isClogged = true;
    },
  },
  {
    name: "drain beside",
    weight: (world) => (beside(world).some(({ isClogged }) => isClogged) ? 3 : 0),
    perform: (world, random) => random.pick(beside(world).filter(({ isClogged }) => isClogged)).drain(),
  },
  {
    name: "reschedule beside",
    weight: (world) => (beside(world).length > 0 ? 0.5 : 0),
    perform: (world, random) => {
      const due = random.pick([Infinity, world.runtime.now() + random.pick([0, 10, 2_000])]);
      anyBeside(world, random).reschedule(due);
    },
  },
];

/** The client finds out that nobody is there. */
function endAndSend(world: World, random: Random): void {
  now(world).endWithoutWord();
  world.user.send(random, { ahead: true });
}

function startPhase(transport: SimulatedTransport, random: Random): void {
  const phase = random.pick(transport.phasesLeft.slice(0, 2));
  const timeout = random.pick([undefined, 5, 100, 1_000, Infinity]);
  transport.startPhase(phase, timeout, timeout === undefined ? undefined : `${phase}Timeout`);
}

/** What no adapter would do: an event of a transport that is lost or abandoned. */
export function disturb(transport: SimulatedTransport, random: Random): void {
  switch (
    random.pick(["open", "phase", "lose", "lose", "end", "message", "trouble", "drain", "ping", "reschedule"])
  ) {
    case "open":
      return transport.open();
    case "phase":
      return transport.startPhase("tcp", random.pick([undefined, 5]), "connectTimeout");
    case "lose":
      return transport.lose(transport.wasOpened ? lostConnection(random) : failedAttempt(random));
    case "end":
      return transport.tellEnding();
    case "message":
      return transport.receiveNext(random);
    case "trouble":
      return transport.trouble(new SendTimeoutError("the peer reads slowly"));
    case "drain":
      return transport.drain();
    case "ping":
      transport.receivePing(new Uint8Array([2]));
      return transport.receivePong(new Uint8Array([2]));
    default:
      return transport.reschedule(0);
  }
}

// — time —————————————————————————————————————————————————————————————————————————————————————————————————————————————————

const isTimed = (world: World) => world.runtime.timers > 0;
/** How fast time passes where something else is more telling. */
const patience: Partial<Record<StateName, number>> = {
  settling: 0.4,
  preparing: 2,
  greeting: 0.5,
  deciding: 0.5,
  ending: 0.5,
  closing: 0.5,
};
const haste = (world: World) =>
  isTimed(world) ? (patience[world.state.name] ?? 1) * (successorOf(world.state) ? 0.5 : 1) : 0;

const time: readonly Step[] = [
  {
    name: "until the timer",
    weight: (world) => 3 * haste(world) * (world.state.name === "waiting" ? 2 : 1),
    perform: (world) => world.pass(world.runtime.nextTimer),
  },
  {
    name: "just before the timer",
    weight: (world) => 1.5 * haste(world),
    perform: (world) => world.pass(Math.max(0, world.runtime.nextTimer - 1)),
  },
  {
    name: "past the timer",
    weight: (world) => haste(world),
    perform: (world, random) => world.pass(world.runtime.nextTimer + random.pick([1, 50, 10_000])),
  },
  {
    name: "a moment",
    weight: (world) => (world.state.name === "open" ? 2.5 : 0.7),
    perform: (world, random) => world.pass(random.pick([1, 20, 100, 1_000, 5_000])),
  },
  {
    name: "timers are late",
    weight: (world) => 0.7 * haste(world),
    perform: (world, random) =>
      world.runtime.skip(world.runtime.nextTimer + random.pick([0, 1, 60, 60, 1_000, 5_000])),
  },
  {
    // A program that is busy, while something comes.
    name: "timers are late, and something lies unread",
    weight: (world) => (connected(world) ? 0.7 * haste(world) : 0),
    perform: (world, random) => {
      const { runtime } = world;
      const transport = now(world);
      runtime.unread.push(() => transport.isLive && transport.receiveNext(random));
      runtime.skip(runtime.nextTimer + random.pick([0, 1, 60, 1_000]));
    },
  },
  {
    name: "the machine sleeps",
    weight: (world) => 0.4 * haste(world),
    perform: (world, random) => {
      world.runtime.wallAhead += random.pick([1_000, 2_001, 40_000]);
    },
  },
  {
    // One that is late fires in its turn, once what has come by then has been read.
    name: "the timer is early",
    weight: (world) => (world.runtime.isBehind ? 0 : 0.3 * haste(world)),
    perform: (world) => world.runtime.fireEarly(0.5),
  },
];

// — the user —————————————————————————————————————————————————————————————————————————————————————————————————————————————

/** How likely a wish is: by itself, and in the states where it is more likely. */
type Inclination = Partial<Record<StateName, number>> & { readonly otherwise: number };

const inclinations: Readonly<Record<Wish, Inclination>> = {
  reconnect: { otherwise: 0.6, idle: 10, closed: 8, closing: 0.8 },
  handover: { otherwise: 0.05, open: 2.2 },
  giveUp: { otherwise: 0.1, open: 0.2 },
  close: { otherwise: 0.35, idle: 0.3, open: 1.4, closing: 0.5, closed: 0.3 },
  terminate: { otherwise: 0.2, idle: 0.3 },
  abort: { otherwise: 0.05 },
  shutdown: { otherwise: 0.15, idle: 0 },
  wake: { otherwise: 0.6, idle: 0.5, closed: 0.3, waiting: 1.2 },
  online: { otherwise: 0.2, preparing: 0.5, connecting: 0.5, ending: 0.5, idle: 0.1, closed: 0.1 },
  sleep: { otherwise: 0.2, idle: 0.3, settling: 0.6, greeting: 0.6, ending: 0.4, closed: 0.1 },
  send: { otherwise: 1.2, open: 3, closed: 0.3 },
  sendAhead: { otherwise: 0.4, greeting: 1.5 },
  deliver: { otherwise: 0.4, open: 1, closed: 0.1 },
  flush: { otherwise: 0.1, open: 0.3 },
  ready: { otherwise: 0.4 },
  ping: { otherwise: 0.2, open: 0.6 },
  updateFlow: { otherwise: 0.1, open: 0.5 },
  misclose: { otherwise: 0.1 },
  look: { otherwise: 0.2 },
  read: { otherwise: 0.1, open: 0.3 },
  take: { otherwise: 0.3, open: 1 },
  leave: { otherwise: 0.05 },
};

const ofReaders = { take: true, leave: true };

const user: readonly Step[] = (Object.entries(inclinations) as [Wish, Inclination][]).map(
  ([wish, likely]) => ({
    name: wish,
    weight: ({ state, user }) =>
      wish in ofReaders && user.readers.length === 0 ? 0 : (likely[state.name] ?? likely.otherwise),
    perform: (world, random) => world.user.ask(random, wish),
  }),
);

/** A question of an older attempt, whose answer nobody waits for. */
const isStale = (world: World) => (pending: Pending) =>
  pending.call.isReleased === true ||
  pending.call.attempt !== world.attempt ||
  world.state.name === "closing" ||
  (world.state.name === "ending" && pending.call.name === "onConnect");

/** An attempt that is over was still asking for its url: few answers are late in so many states. */
const hasStaleAttempt = (world: World) =>
  world.functions.pending.some(
    (pending) => questionOf(pending) === "prepare" && pending.call.attempt !== world.attempt,
  );

const promises: readonly Step[] = [
  {
    name: "close over a late url",
    weight: (world) => (world.state.name === "open" && hasStaleAttempt(world) ? 6 : 0),
    perform: (world, random) => world.user.ask(random, "close"),
  },
  {
    name: "end without a word over a late url",
    weight: (world) =>
      world.state.name === "open" && !now(world).isEnding && hasStaleAttempt(world) ? 6 : 0,
    perform: endAndSend,
  },
  {
    name: "settle",
    weight: (world) =>
      world.functions.pending.length > 0 ? (world.state.name === "preparing" ? 1.5 : 2.5) : 0,
    perform: (world, random) => world.functions.settle(random.pick(world.functions.pending)),
  },
  {
    name: "settle too late",
    weight: (world) =>
      world.functions.pending.some(isStale(world)) ? (lateness[world.state.name] ?? 2.5) : 0,
    perform: (world, random) => {
      const stale = world.functions.pending.filter(isStale(world));
      const questions = [...new Set(stale.map(questionOf))];
      const { name } = world.state;
      const rare =
        name === "preparing" || (name === "ending" && random.chance(0.6)) ? "onConnect" : "prepare";
      const question = questions.includes(rare) && random.chance(0.6) ? rare : random.pick(questions);
      world.functions.settle(random.pick(stale.filter((pending) => questionOf(pending) === question)));
    },
  },
];

/** The states that pass quickly, and what is rarely late there. */
const lateness: Partial<Record<StateName, number>> = {
  preparing: 60,
  connecting: 4,
  greeting: 70,
  open: 6,
  deciding: 20,
  ending: 500,
  closing: 60,
  waiting: 0.7,
  settling: 0.8,
  closed: 0.3,
};

/** What the answer is raised as: `prepared`, `decided`, `greeted` or `settled`. */
function questionOf({ call: { name } }: Pending): string {
  if (name === "url" || name === "headers") return "prepare";
  return name === "shouldRetry" || name === "retryFun" ? "decide" : name;
}

export const steps: readonly Step[] = [...network, ...succession, ...time, ...user, ...promises];

export const stepByName: ReadonlyMap<string, Step> = new Map(steps.map((step) => [step.name, step]));
