// One schedule: a seed makes a world and what happens in it, step by step, until it is wound down. The same seed makes
// the same schedule, to the letter of its trace.

import { mixSeed, Random } from "../random.ts";
import { invariantsOf } from "./invariants/index.ts";
import type { Invariant } from "./invariants/invariant.ts";
import type { Observer, Violation } from "./observation.ts";
import { show } from "./show.ts";
import { disturb, stepByName, steps } from "./steps.ts";
import { type Plant, World } from "./world.ts";

/** A step that was made, and the seed of what it chose; enough to make it again. */
export interface Made {
  /** The step's name. */
  readonly name: string;
  /** The seed of what it chose. */
  readonly seed: number;
}

/** What came of a schedule. */
export interface Outcome {
  /** The seed that made it. */
  readonly seed: number;
  /** The steps that were made. */
  readonly made: readonly Made[];
  /** What must never happen, and did; empty if all is well. */
  readonly violations: readonly Violation[];
  /** The options, for people. */
  readonly description: Readonly<Record<string, unknown>>;
}

/** How a schedule is run. */
export interface RunOptions {
  /** Watches the world besides the invariants. */
  readonly observersOf?: (world: World) => readonly Observer[];
  /** A fault that is built in on purpose. */
  readonly plant?: Plant | undefined;
  /** Makes these steps instead of choosing them; those that make no sense any more are left out. */
  readonly script?: readonly Made[] | undefined;
}

const LEAST_STEPS = 22;
const MORE_STEPS = 26;

/**
 * Runs the schedule that a seed makes: a client, its network, its clock and its user, step by step, until it is wound
 * down, while the invariants are watched. The same seed makes the same schedule.
 *
 * @example
 * const { violations } = await runSchedule(1);
 * violations; // → []
 */
export async function runSchedule(seed: number, options: RunOptions = {}): Promise<Outcome> {
  const { observersOf, plant, script } = options;
  let invariants: Invariant[] = [];
  const watch = (world: World) => {
    invariants = invariantsOf(world);
    return [...(observersOf?.(world) ?? []), ...invariants];
  };
  const run = new Run(new World(seed, watch, plant), invariants, mixSeed(seed, 5));
  await run.run(script);
  const { violations, setup } = run.world;
  return { seed, made: run.made, violations, description: setup.description };
}

class Run {
  readonly world: World;
  readonly made: Made[] = [];
  readonly #invariants: readonly Invariant[];
  readonly #random: Random;

  constructor(world: World, invariants: readonly Invariant[], seed: number) {
    this.world = world;
    this.#invariants = invariants;
    this.#random = new Random(seed);
  }

  get #hasFailed(): boolean {
    return this.world.violations.length > 0;
  }

  async run(script: readonly Made[] | undefined): Promise<void> {
    const next = script === undefined ? this.#choices() : script.values();
    for (const made of next) {
      const step = stepByName.get(made.name)!;
      if (step.weight(this.world) === 0) continue;
      this.made.push(made);
      await this.#make(made.name, () => step.perform(this.world, new Random(made.seed)));
      if (this.#hasFailed) return;
    }
    await this.#windDown();
  }

  *#choices(): Generator<Made> {
    for (let left = LEAST_STEPS + this.#random.below(MORE_STEPS); left > 0; left--) {
      const step = this.#random.weigh(steps, ({ weight }) => weight(this.world))!;
      yield { name: step.name, seed: this.#random.below(2 ** 32) };
    }
  }

  /** Makes a step, lets all settle that needs no time, and looks around. */
  async #make(name: string, perform: () => void | Promise<void>): Promise<void> {
    const { world } = this;
    world.steps++;
    world.user.refresh();
    world.observe({ kind: "step", name });
    try {
      await perform();
      await world.rest();
      for (const invariant of this.#invariants) invariant.atRest?.();
    } catch (error) {
      world.violate("throws", `${name}: the client threw ${show(error)}`);
    }
  }

  /** Ends the client one way or another, gives it the time it may take, and sees that nothing is left or told after. */
  async #windDown(): Promise<void> {
    const { world } = this;
    const random = new Random(mixSeed(world.seed, 6));
    world.isWindingDown = true;
    const { callbackTimeout } = world.setup.options;
    const settle = callbackTimeout === Infinity || random.chance(0.5);
    const ending: [string, () => void | Promise<void>][] = [
      ["the end", () => world.user.ask(random, random.pick(["close", "close", "terminate"]))],
      ["the time it may take", () => world.pass(60_000)],
      ["all settle", () => (settle ? this.#settleAll() : undefined)],
      ["more time", () => world.pass(60_000)],
      ["and more", () => (settle ? this.#settleAll() : world.pass(60_000))],
    ];
    for (const [name, perform] of ending) {
      if (!this.#hasFailed) await this.#make(name, perform);
    }
    if (this.#hasFailed) return;
    for (const invariant of this.#invariants) invariant.atEnd?.();
    await this.#make("the stragglers", () => this.#straggle(random));
    if (!this.#hasFailed) await this.#make("an hour", () => world.pass(3_600_000));
  }

  /** Settles what is pending, and what that leads to. */
  async #settleAll(): Promise<void> {
    const { functions } = this.world;
    for (let rounds = 0; rounds < 40 && functions.pending.length > 0; rounds++) {
      functions.settle(functions.pending[0]!);
      await this.world.rest();
    }
  }

  async #straggle(random: Random): Promise<void> {
    for (const transport of this.world.network.transports) disturb(transport, random);
    await this.#settleAll();
  }
}
