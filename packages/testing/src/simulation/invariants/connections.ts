// At most one transport of the connection of now, just while the lifecycle has a connection, at most one of a successor,
// and those that have given way; none that nobody wants; and one that is let go of is told why: with the code and reason
// that `reconnect()` was given, or as the page left it.

import type { Event, State } from "@gundam/core/lifecycle";
import { successorOf } from "@gundam/core/succession";
import type { Observation, SeenTransport } from "../observation.ts";
import { othersOf, type World } from "../world.ts";
import type { Invariant } from "./invariant.ts";

interface CloseFrame {
  readonly code: number;
  readonly reason: string;
}

const connected = ["connecting", "greeting", "open", "ending", "closing"];

export class Connections implements Invariant {
  readonly #world: World;
  /** The lifecycle was asked to run, and not to end since. */
  #isWanted = false;
  /** What the user asked for last, however deep in a callback. */
  #wish: "run" | "end" | undefined;
  #lives = 0;
  /** The number of the life that the user asked for. */
  #wished = 0;
  /** What `reconnect()` was given, and the lifecycle not told yet. */
  readonly #reconnects: CloseFrame[] = [];
  /** What the connection that is being let go of must be sent; or nothing at all. */
  #farewell: CloseFrame | "nothing" | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  observe(observation: Observation): void {
    if (observation.kind === "dialled") this.#dialled();
    if (observation.kind === "asked") this.#asked(observation);
    if (observation.kind === "abandoned") this.#abandoned(observation.transport);
    if (observation.kind === "succession") this.#farewell = undefined;
    if (observation.kind !== "transition") return;
    const { state, event, next, effects } = observation;
    this.#expectFarewell(state, event);
    if (event.type === "close" || event.type === "terminate") this.#isWanted = false;
    if (event.type === "reconnect") this.#isWanted = true;
    if (effects.some(([name]) => name === "begin")) this.#lives++;
    else if (next.name === "closed") this.#isWanted = false;
  }

  #dialled(): void {
    const { network, state } = this.#world;
    const { live, leaving } = network;
    const most = successorOf(state) === undefined ? 1 : 2;
    if (live.length - leaving.length > most) {
      this.#world.violate("one transport", `${live.map(({ number }) => number)} are live`);
    }
    if (!this.#isWanted) this.#world.violate("no reopening", "dialled after the end of the client");
  }

  #expectFarewell({ name }: State, event: Event): void {
    let frame: CloseFrame = { code: 1000, reason: "" };
    if (event.type === "reconnect") {
      const { code, reason } = event;
      const asked = this.#reconnects.shift();
      if (asked?.code !== code || asked.reason !== reason)
        this.#world.violate("close frame", `reconnect(${code}) where ${asked?.code} was asked for`);
      frame = { code, reason };
    }
    const isLeft = event.type === "reconnect" || event.type === "wake" || event.type === "sleep";
    this.#farewell = isLeft && ["greeting", "open", "ending"].includes(name) ? frame : undefined;
    // Whoever has ended the connection is not told that we have waited long enough.
    if (name === "ending" && event.type === "timeout") this.#farewell = "nothing";
  }

  #abandoned({ closeFrame, number }: SeenTransport): void {
    const due = this.#farewell;
    if (due === undefined || number !== this.#world.network.last?.number) return;
    const [sent, expected] = [closeFrame, due === "nothing" ? undefined : due].map(frameText);
    if (sent !== expected) this.#world.violate("close frame", `${sent} was sent, and not ${expected}`);
  }

  #asked({ request, detail }: Observation & { kind: "asked" }): void {
    const { name } = this.#world.state;
    if (request === "reconnect") {
      this.#wish = "run";
      this.#reconnects.push(detail as CloseFrame);
      const isOver = name === "idle" || name === "closing" || name === "closed";
      this.#wished = this.#lives + (isOver ? 1 : 0);
    }
    const ends =
      request === "close" || request === "terminate" || (request === "shutdown" && detail === true);
    // The signal is only listened to from the beginning of a life to its end.
    if (ends || (request === "abort" && name !== "idle" && name !== "closed")) this.#wish = "end";
  }

  atRest(): void {
    const { state, network } = this.#world;
    const isOver = state.name === "closed";
    if (this.#wish === "end" && !isOver && !(state.name === "closing" && !state.again)) {
      this.#world.violate("no reopening", `the last wish was to end, but the client is ${state.name}`);
    }
    const isAborted = this.#world.signal?.signal.aborted === true;
    if (this.#wish === "run" && isOver && this.#lives < this.#wished && !isAborted) {
      this.#world.violate("reconnect", "reconnect() was called last, and no life began");
    }
    if (state.name === "closing" && network.current?.closeFrame === undefined) {
      this.#world.violate("closing", "no Close frame was sent");
    }
    const { live, current, successor, leaving } = network;
    const successorName = successorOf(state)?.name ?? "none";
    const isRight =
      (current !== undefined) === connected.includes(state.name) &&
      (successor !== undefined) === connected.includes(successorName) &&
      leaving.length === othersOf(state).leaving.length &&
      live.length === leaving.length + (current ? 1 : 0) + (successor ? 1 : 0);
    if (isRight) return;
    const numbers = live.map(({ number }) => number).join(", ");
    const names = `${state.name}, with ${successorName} as successor and ${othersOf(state).leaving.length} leaving,`;
    this.#world.violate("one transport", `while ${names} the live transports are [${numbers}]`);
  }
}

function frameText(frame: CloseFrame | undefined): string {
  return frame === undefined ? "nothing" : `${frame.code} "${frame.reason}"`;
}
