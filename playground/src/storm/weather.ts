// What a storm is like: as it stands in the form, what is wrong with it there, and the storms that it means.

import { policies, type StormOptions } from "@gundam/testing/storm";

/** Those that the page is about come first. */
export const fleets: readonly number[] = [100_000, 1_000_000, 10_000, 1_000];

export interface Weather {
  readonly clients: number;
  readonly capacity: string;
  /** In seconds. */
  readonly outage: string;
  readonly whileAway: NonNullable<StormOptions["whileAway"]>;
  readonly farewell: string;
  readonly chosen: readonly string[];
}

/** Every policy has its turn: what is left out would be left out in somebody's favour. */
export const byDefault: Weather = {
  clients: 100_000,
  capacity: "5000",
  outage: "30",
  whileAway: "refuses",
  farewell: "",
  chosen: policies.map(({ name }) => name),
};

/** A storm in which nothing is left to defaults that its size or its length depends on. */
export interface PlainStorm extends StormOptions {
  readonly policy: string;
  readonly capacity: number;
  readonly outage: number;
  readonly backlog: number;
}

/** One for each policy that is chosen. */
export function stormsOf({
  clients,
  capacity,
  outage,
  whileAway,
  farewell,
  chosen,
}: Weather): readonly PlainStorm[] {
  return chosen.map((policy) => ({
    policy,
    clients,
    capacity: Number(capacity),
    outage: Number(outage) * 1_000,
    whileAway,
    // The accept queue of a Linux socket.
    backlog: 4_096,
    closeCode: farewell === "" ? undefined : Number(farewell),
  }));
}

/** A sentence for each field that cannot be as it is; empty where there is nothing to say. */
export interface WeatherProblems {
  readonly capacity: string;
  readonly outage: string;
  readonly chosen: string;
}

export function problemsOf({ capacity, outage, chosen }: Weather): WeatherProblems {
  return {
    capacity: numberProblem(capacity, 1, 1_000_000),
    outage: numberProblem(outage, 0, 3_600),
    chosen: chosen.length === 0 ? "No policy is chosen: tick one at least." : "",
  };
}

/** How many entries of the form are wrong. */
export function countProblems(weather: Weather): number {
  return Object.values(problemsOf(weather)).filter((problem) => problem !== "").length;
}

function numberProblem(typed: string, least: number, most: number): string {
  const value = Number(typed);
  if (typed.trim() !== "" && value >= least && value <= most) return "";
  const allowed = `a number from ${least} to ${most}, in plain digits`;
  return typed.trim() === "" ? `Type ${allowed}.` : `“${typed}” is not ${allowed}.`;
}
