// A supervisor lists the clients that are not closed yet, so that a process can end them all in one call.

import { place } from "./client.ts";
import { OptionError } from "./errors.ts";

/** What a supervisor needs of a client. */
export interface Child {
  /** Closes with "going away", within `timeout` ms; settles when the connection is gone. */
  shutdown(timeout: number): Promise<void>;
}

/**
 * Lists clients until they are closed, and closes them together.
 *
 * @example
 * const mine = new Supervisor();
 * connect({ url: "wss://example.org/feed", supervise: mine });
 * await mine.shutdown({ timeout: 3000 });
 */
export class Supervisor<Client extends object = object> {
  readonly #children: Map<Client, Child> = new Map();

  /** The clients that are not closed, oldest first. */
  children(): Client[] {
    return [...this.#children.keys()];
  }

  /** Called by a client when its life begins. */
  adopt(client: Client, child: Child): void {
    this.#children.set(client, child);
  }

  /** Called by a client when its life is over. */
  release(client: Client): void {
    this.#children.delete(client);
  }

  /**
   * Closes every child with "going away" (1001; browsers only allow 1000); those that have not closed after `timeout`
   * ms are terminated. Settles when none is left.
   */
  async shutdown({ timeout = 5000 }: { timeout?: number } = {}): Promise<void> {
    if (typeof timeout !== "number" || !(timeout >= 0)) {
      throw new OptionError("timeout", timeout, "must be a number of ms, 0 or more");
    }
    await Promise.all([...this.#children.values()].map((child) => child.shutdown(timeout)));
  }
}

/**
 * The default supervisor, one for all copies of this version: a process that both imports and requires the library has two,
 * and ends all its clients in one call.
 *
 * @example
 * console.log(defaultSupervisor().children().length);
 */
export function defaultSupervisor(): Supervisor {
  const key = Symbol.for(place);
  const registry = globalThis as { [key: symbol]: Supervisor };
  registry[key] ??= new Supervisor();
  return registry[key];
}
