// The search: breadth first from an idle client, through every move, one setting after another, so that the first
// violation found is a shortest one of its setting. Liveness is checked where a world is first seen: from there a fair network leads to open.

import type { Effect, Event, EventName, StateName } from "../../src/lifecycle.ts";
import { leftAfter } from "./prescribed.ts";
import { type Subject, step, Violation } from "./step.ts";
import {
  advance,
  fairMove,
  initialWorld,
  keyOf,
  type Move,
  movesIn,
  NOW,
  settings,
  silence,
  timeout,
  type World,
} from "./world.ts";

export interface Exploration {
  readonly violation: string | undefined;
  /** The moves that lead to it. */
  readonly trace: readonly string[];
  readonly worlds: number;
  readonly steps: number;
  /** How many worlds each state has. */
  readonly states: ReadonlyMap<StateName, number>;
  /** Every cell that was reached, `state.event`, and the effects that it had. */
  readonly cells: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Node {
  readonly world: World;
  readonly from: Node | undefined;
  readonly by: string;
}

/** A fair path is never longer than this. */
const LONGEST_PATH = 40;
/** More worlds than this are a mutant that counts without end. */
const MOST_WORLDS = 400_000;

export function explore(subject: Subject): Exploration {
  const found = new Map<string, Node>();
  const leading = new Map<string, boolean>();
  const cells = new Map<string, Set<string>>();
  const states = new Map<StateName, number>();
  const queue: Node[] = [];
  let steps = 0;
  let violation: string | undefined;
  let last: Node | undefined;
  let by = "";

  const visit = (world: World, from: Node | undefined, name: string): void => {
    const key = keyOf(world);
    if (found.has(key)) return;
    const node = { world, from, by: name };
    found.set(key, node);
    queue.push(node);
    states.set(world.state.name, (states.get(world.state.name) ?? 0) + 1);
    demandLiveness(world, key, subject, leading);
  };

  const note = (world: World) => (event: Event, effects: readonly Effect[]) => {
    const cell = cellName(world.state.name, event.type);
    const seen = cells.get(cell) ?? new Set();
    cells.set(cell, seen);
    for (const [name] of effects) seen.add(name);
  };

  const exhaust = (node: Node): void => {
    last = node;
    const seen = note(node.world);
    for (const move of movesIn(node.world)) {
      by = move.name;
      steps++;
      const world = step(node.world, move, subject, seen);
      if (world !== node.world) visit(world, node, move.name);
    }
    if (queue.length > MOST_WORLDS) throw new Violation("the worlds are finitely many");
  };

  try {
    let next = 0;
    for (const setting of settings) {
      visit(initialWorld(setting, subject.initialState), undefined, setting.name);
      while (next < queue.length) exhaust(queue[next++]!);
    }
  } catch (error) {
    violation = error instanceof Violation ? error.message : `it threw: ${error}`;
  }
  return {
    violation,
    trace: violation === undefined ? [] : [...pathTo(last), by],
    worlds: found.size,
    steps,
    states,
    cells,
  };
}

export function cellName(state: StateName, event: EventName): string {
  return `${state}.${event}`;
}

function pathTo(node: Node | undefined): string[] {
  return node === undefined ? [] : [...pathTo(node.from), `${node.by} → ${node.world.state.name}`];
}

/** Two ways lead on: everybody does what they should; or whoever is asked now never answers, until a timeout, and then everybody does. */
function demandLiveness(world: World, key: string, subject: Subject, leading: Map<string, boolean>): void {
  if (isTerminal(world)) return;
  if (world.vigils.length > 0 && !leadsOutOfSilence(world, subject))
    throw new Violation("a peer that is dead is found to be");
  if (!leadsToOpen(world, key, subject, leading)) throw new Violation("a healthy network leads to open");
  if (!isKeptWaiting(world)) return;
  const due = world.state.until;
  if (due === Infinity && world.setting.env.options.openTimeout === Infinity) return;
  if (due === Infinity) throw new Violation(`${world.state.name} is left though nobody answers`);
  const later = due > NOW ? step(world, advance(due - NOW), subject) : world;
  const left = step(later, timeout, subject);
  if (isTerminal(left)) return;
  if (!leadsToOpen(left, keyOf(left), subject, leading)) throw new Violation("a timeout leads on");
}

/** A watched peer from which nothing more comes is left. */
function leadsOutOfSilence(world: World, subject: Subject): boolean {
  let here = world;
  for (let looks = 0; here.state.name === "open" && looks < LONGEST_PATH; looks++) {
    if (here.due > NOW) here = fairStep(here, advance(here.due - NOW), subject);
    here = fairStep(here, silence, subject);
  }
  return here.state.name !== "open";
}

function isTerminal(world: World): boolean {
  const { state, isAgain } = world;
  const isLast = state.name === "ending" && leftAfter(world) === 0;
  return state.name === "closed" || (state.name === "closing" && !isAgain) || isLast;
}

/** Somebody is waited for who may never answer. Our own defaults do, and so does an idle queue of callbacks. */
function isKeptWaiting({ state, isHeld, decider }: World): boolean {
  switch (state.name) {
    case "settling":
      return isHeld;
    case "deciding":
      return decider === "asked";
    default:
      return ["preparing", "connecting", "greeting", "ending"].includes(state.name);
  }
}

function leadsToOpen(world: World, key: string, subject: Subject, leading: Map<string, boolean>): boolean {
  const path = [key];
  let here = world;
  let result: boolean | undefined = leading.get(key);
  while (result === undefined) {
    if (here.state.name === "open") result = true;
    else {
      const move = path.length < LONGEST_PATH ? fairMove(here) : undefined;
      if (move === undefined) result = false;
      else {
        here = fairStep(here, move, subject);
        const next = keyOf(here);
        path.push(next);
        result = leading.get(next);
      }
    }
  }
  for (const passed of path) leading.set(passed, result);
  return result;
}

/** As `step`; the moves of a fair path are no part of the trace. */
function fairStep(world: World, move: Move, subject: Subject): World {
  try {
    return step(world, move, subject);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    throw new Violation(`${error.message} (on a fair path, in ${world.state.name}: ${move.name})`);
  }
}
