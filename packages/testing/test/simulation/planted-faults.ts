// Clients that are built wrong on purpose: the classic faults of reconnecting clients, and a fault for each effect of the
// lifecycle that could be forgotten. Whoever runs the simulation on one must find it.

import type { TransportListener } from "@gundam/core";
import {
  type Effect,
  type Event,
  type State,
  type Table,
  type Transition,
  table,
  transition,
} from "@gundam/core/lifecycle";
import type { Plant } from "@gundam/testing/simulation";

type Cells = { [S in keyof Table]?: Partial<Table[S]> };

/** A client with other cells in its table. */
function withCells(name: string, cells: Cells): Plant {
  const wrong = Object.fromEntries(
    Object.entries(table).map(([state, row]) => [state, { ...row, ...cells[state as keyof Table] }]),
  ) as unknown as Table;
  return {
    name,
    plant: () => ({ transition: (state, event, env) => transition(state, event, env, wrong) }),
  };
}

/** A client whose events are others. */
function withEvents(name: string, other: (event: Event, state: State) => Event): Plant {
  return {
    name,
    plant: () => ({ transition: (state, event, env) => transition(state, other(event, state), env) }),
  };
}

/** A client that does otherwise. */
function withOutcomes(name: string, other: (outcome: Transition, state: State) => Transition): Plant {
  return {
    name,
    plant: () => ({
      transition: (state, event, env) => other(transition(state, event, env), state),
    }),
  };
}

/** A client whose transports tell otherwise. */
function withListeners(
  name: string,
  make: () => (listener: TransportListener) => Partial<TransportListener>,
): Plant {
  return {
    name,
    plant: (world) => {
      const other = make();
      return {
        dial: (request, listener) =>
          world.network.dial(request, { ...methodsOf(listener), ...other(listener) }),
      };
    },
  };
}

function methodsOf(listener: TransportListener): TransportListener {
  return {
    phase: (...phase) => listener.phase(...phase),
    opened: (handshake) => listener.opened(handshake),
    message: (message) => listener.message(message),
    ping: (data) => listener.ping(data),
    pong: (data) => listener.pong(data),
    taken: () => listener.taken(),
    troubled: (error) => listener.troubled(error),
    lost: (failure) => listener.lost(failure),
    rescheduled: () => listener.rescheduled(),
  };
}

/** The same state as another of the same shape. */
const as = <Name extends State["name"]>(state: State, name: Name) =>
  ({ ...state, name }) as State & { name: Name };

const attemptNow = (state: State, env: Parameters<Table["waiting"]["timeout"]>[2]): Transition =>
  table.waiting.timeout(as(state, "waiting"), { type: "timeout" }, env);

/** The faults that the reconnecting clients of today have had. */
export const classics: readonly Plant[] = [
  withCells("reconnect armed by both error and close", {
    deciding: { lost: (state, _, env) => attemptNow(state, env) },
    waiting: { lost: (state, _, env) => attemptNow(state, env) },
  }),
  withEvents("the close of a stale socket taken for the current one's", (event, { generation }) =>
    event.type === "lost" ? { ...event, generation } : event,
  ),
  withEvents("the open of a stale socket taken for the current one's", (event, { generation }) =>
    event.type === "opened" ? { ...event, generation } : event,
  ),
  withListeners("the messages of a stale socket told", () => {
    let current: TransportListener;
    return (listener) => {
      current = listener;
      return { message: (message) => current.message(message) };
    };
  }),
  withCells("a lock that stays locked when the url function fails", {
    preparing: { failed: (state) => [state] },
  }),
  withCells("a lock that stays locked when the retry function hangs", {
    deciding: { timeout: (state) => [{ ...state, until: Infinity }] },
  }),
  withCells("reopening after close, by the close event that it leads to", {
    closing: { lost: (state, event, env) => table.closing.lost({ ...state, again: true }, event, env) },
  }),
  withCells("reopening after close, by a url function that answers late", {
    closed: {
      prepared: (state, event, env) =>
        table.preparing.prepared({ ...as(state, "preparing"), until: Infinity }, event, env),
    },
  }),
  withCells("a close that does not cancel the wait", {
    waiting: {
      close: (state, event, env) => [state, ...(table.waiting.close(state, event, env).slice(1) as Effect[])],
    },
  }),
  withCells("a budget that a bare open makes full again", {
    connecting: {
      opened: (state, event, env) => {
        const life = { ...state.life, retriesLeft: env.options.retry, failures: 0 };
        return table.connecting.opened({ ...state, life }, event, env);
      },
    },
  }),
  withOutcomes("waits of no time, one after another", ([next, ...effects]) => [
    { ...next, life: { ...next.life, hasHurried: false } },
    ...effects,
  ]),
  withCells("two dials at once", {
    connecting: { reconnect: (state, _, env) => attemptNow(state, env) },
  }),
  withCells("a queue that leaves before onConnect has settled", {
    connecting: {
      opened: (state, event, env) => [...table.connecting.opened(state, event, env), ["becomeReady"]],
    },
  }),
  withCells("a loss that is told as two", {
    open: {
      lost: (state, event, env) => {
        const [next, ...effects] = table.open.lost(state, event, env);
        const errors = effects.filter(([name]) => name === "tellError");
        return [next, ...effects, ...errors];
      },
    },
  }),
  withCells("an end that is told twice", {
    closed: {
      terminate: (state) => [state, ["tellClose", 1006, "terminated"]],
    },
  }),
  {
    name: "what was sent taken for flushed, whatever becomes of the connection",
    plant: (world) => ({
      dial: (request, listener) =>
        Object.assign(world.network.dial(request, listener), { hasTaken: () => true }),
    }),
  },
  withListeners("a message that is told twice", () => (listener) => ({
    message: (message) => {
      listener.message(message);
      listener.message(message);
    },
  })),
];

/** A client that forgets one of its effects. */
export const forgotten: readonly Plant[] = (
  [
    "begin",
    "end",
    "settle",
    "release",
    "prepare",
    "dial",
    "greet",
    "becomeReady",
    "startClosing",
    "letGo",
    "forget",
    "decide",
    "probe",
    "tellPhase",
    "tellError",
    "tellDisconnect",
    "tellRetry",
    "tellClose",
  ] satisfies Effect[0][]
).map((forgotten) =>
  withOutcomes(`forgets to ${forgotten}`, ([next, ...effects]) => [
    next,
    ...effects.filter(([name]) => name !== forgotten),
  ]),
);

/** A client that never leaves a state by time. */
export const patient: readonly Plant[] = (
  ["settling", "preparing", "greeting", "open", "deciding", "waiting", "closing"] satisfies State["name"][]
).map((name) =>
  withOutcomes(`waits for ever in ${name}`, ([next, ...effects]) => [
    next.name === name ? { ...next, until: Infinity } : next,
    ...effects,
  ]),
);
