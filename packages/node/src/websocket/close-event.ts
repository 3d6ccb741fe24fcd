// `CloseEvent`: WHATWG WebSockets, the CloseEvent interface. Node has it since version 23.

import { toUSVString } from "node:util";
import { type Ending, exposeInterface, wrappedShort } from "@gundam/core/websocket";

export interface CloseEventInit extends Partial<Ending> {
  readonly bubbles?: boolean;
  readonly cancelable?: boolean;
  readonly composed?: boolean;
}

class CloseEventOfOurs extends Event {
  readonly #wasClean: boolean;
  readonly #code: number;
  readonly #reason: string;

  constructor(type: string, init: CloseEventInit = {}) {
    super(type, init as object);
    // biome-ignore lint/complexity/noArguments: undefined is a type, and its absence is not.
    if (arguments.length === 0) throw new TypeError("CloseEvent needs an argument: the type");
    // Web IDL: the members of a dictionary are read, and made what they have to be, one by one, by their names' order.
    const given = init ?? {};
    const { code = 0 } = given;
    this.#code = wrappedShort(code);
    const { reason = "" } = given;
    this.#reason = toUSVString(`${reason}`);
    this.#wasClean = Boolean(given.wasClean);
  }

  get wasClean(): boolean {
    return this.#wasClean;
  }

  get code(): number {
    return this.#code;
  }

  get reason(): string {
    return this.#reason;
  }
}

exposeInterface("CloseEvent", CloseEventOfOurs);

/** A `close` event. */
export interface CloseEvent extends Event, Ending {}

type CloseEventConstructor = new (type: string, init?: CloseEventInit) => CloseEvent;

export const CloseEvent: CloseEventConstructor =
  (globalThis as { CloseEvent?: CloseEventConstructor }).CloseEvent ?? CloseEventOfOurs;
