// Servers of the recipes that browsers' tests start, by name.

import { startEngine } from "./engine-io.ts";
import { startMarket } from "./market.ts";
import { startPhoenix } from "./phoenix.ts";
import { startHub } from "./signalr.ts";

export type { Judge } from "./judge.ts";

export const judges = { engine: startEngine, market: startMarket, phoenix: startPhoenix, hub: startHub };

export type JudgeName = keyof typeof judges;
