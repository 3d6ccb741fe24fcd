// All that must hold: DESIGN's invariants, each watched on its own.

import type { World } from "../world.ts";
import { Answers } from "./answers.ts";
import { Budget } from "./budget.ts";
import { Cleanup } from "./cleanup.ts";
import { Connections } from "./connections.ts";
import { Drains } from "./drains.ts";
import { Endpoints } from "./endpoints.ts";
import { Grammar } from "./grammar.ts";
import { Handovers } from "./handovers.ts";
import { Hanging } from "./hanging.ts";
import type { Invariant } from "./invariant.ts";
import { Messages } from "./messages.ts";
import { Outcomes } from "./outcomes.ts";
import { Pacing } from "./pace.ts";
import { Progress } from "./progress.ts";
import { Promises } from "./promises.ts";
import { Reading } from "./reading.ts";
import { Tellings } from "./tellings.ts";
import { Turns } from "./turns.ts";
import { Vigilance } from "./vigilance.ts";
import { Warnings } from "./warnings.ts";

export function invariantsOf(world: World): Invariant[] {
  const grammar = new Grammar(world);
  const turns = new Turns(world, grammar);
  const hanging = new Hanging(world);
  const pacing = new Pacing(world);
  const messages = new Messages(world, grammar, pacing);
  return [
    turns,
    grammar,
    hanging,
    new Progress(world, turns, hanging, messages, pacing),
    new Connections(world),
    new Handovers(world),
    new Budget(world),
    new Endpoints(world),
    new Reading(world, messages),
    messages,
    new Outcomes(world),
    pacing,
    new Drains(world, pacing),
    new Vigilance(world),
    new Warnings(world),
    new Tellings(world),
    new Answers(world),
    new Promises(world),
    new Cleanup(world),
  ];
}
