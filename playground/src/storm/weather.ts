// What a storm is like: as it stands in the form.

import { policies } from "@gundam/testing/storm";

/** Those that are compared until others are chosen. */
const favourites = ["resilient", "reconnecting-websocket", "phoenix", "socket.io"];

export interface Weather {
  readonly clients: number;
  readonly capacity: string;
  /** In seconds. */
  readonly outage: string;
  readonly farewell: string;
  readonly chosen: readonly string[];
}

export const byDefault: Weather = {
  clients: 100_000,
  capacity: "5000",
  outage: "30",
  farewell: "",
  chosen: favourites.filter((name) => policies.some((policy) => policy.name === name)),
};
