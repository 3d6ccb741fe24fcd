// All that must hold: DESIGN's invariants, each watched on its own.

import type { World } from "../world.ts";
import { Answers } from "./answers.ts";
import { Budget } from "./budget.ts";
import { Cleanup } from "./cleanup.ts";
import { Connections } from "./connections.ts";
import { Grammar } from "./grammar.ts";
import type { Invariant } from "./invariant.ts";
import { Messages } from "./messages.ts";
import { Outcomes } from "./outcomes.ts";
import { Progress } from "./progress.ts";
import { Promises } from "./promises.ts";
import { Tellings } from "./tellings.ts";
import { Turns } from "./turns.ts";

export function invariantsOf(world: World): Invariant[] {
  const grammar = new Grammar(world);
  const turns = new Turns(world, grammar);
  return [
    turns,
    grammar,
    new Progress(world, turns),
    new Connections(world),
    new Budget(world),
    new Messages(world),
    new Outcomes(world),
    new Tellings(world),
    new Answers(world),
    new Promises(world),
    new Cleanup(world),
  ];
}
