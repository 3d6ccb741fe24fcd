// Clients that are built wrong on purpose: the classic faults of reconnecting clients, and a fault for each effect of the
// lifecycle that could be forgotten. Whoever runs the simulation on one must find it.

import {
  CallbackError,
  type Drop,
  QueueFullError,
  TimeoutError,
  type Transport,
  type TransportListener,
} from "@gundam/core";
import {
  type Effect,
  type Event,
  type EventOf,
  type State,
  type Table,
  type Transition,
  table,
  transition,
} from "@gundam/core/lifecycle";
import { type SuccessionEffect, successorOf } from "@gundam/core/succession";
import type { Driver, Plant, World } from "@gundam/testing/simulation";

type Decision = EventOf<"decided">["decision"];
type Retry = NonNullable<Decision>;
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

/** A client whose driver does otherwise. */
function withDriver(name: string, spoil: (driver: Driver, world: World) => void): Plant {
  return { name, plant: (world) => ({ spoil: (driver) => spoil(driver, world) }) };
}

type SendQueue = Driver["settings"]["options"]["sendQueue"];

/** A client with another queue. */
function withSendQueue(name: string, other: (sendQueue: SendQueue) => SendQueue): Plant {
  return withDriver(name, ({ settings: { options } }) => {
    Object.assign(options, { sendQueue: other(options.sendQueue) });
  });
}

/** A client with another pace. */
function withPace(name: string, other: (pace: SendQueue["pace"]) => SendQueue["pace"]): Plant {
  return withSendQueue(name, (sendQueue) => ({ ...sendQueue, pace: other(sendQueue.pace) }));
}

/** A client that does not tell of some errors. */
function withoutErrors(name: string, isKept: (error: Error) => boolean): Plant {
  return withDriver(name, (driver) => {
    const { tellError } = driver;
    driver.tellError = (error) => {
      if (isKept(error)) tellError.call(driver, error);
    };
  });
}

/** A client that hands over otherwise. */
function withSuccession(name: string, other: (outcome: Joined, state: State) => Joined): Plant {
  return {
    name,
    plant: () => ({
      succession: (joined) => (state, event, env) =>
        other(joined(state, event, env) as unknown as Joined, state) as unknown as Transition,
    }),
  };
}

type Joined = readonly [State, ...(Effect | SuccessionEffect)[]];

const isTold = (does: SuccessionEffect[2]) => (effect: Effect | SuccessionEffect) =>
  effect[0] === "toHeir" && effect[2] === does;

/** The successor has failed. */
const isFailure = (effect: Effect | SuccessionEffect) =>
  effect[0] === "toHeir" && effect[2] === "carryOut" && effect[3].effect[0] === "tellClose";

/** A client whose connections that have given way tell otherwise. */
function withLeaving(name: string, other: (world: World) => Partial<TransportListener>): Plant {
  return {
    name,
    plant: (world) => {
      const changed = other(world);
      return {
        dial: (request, listener) => {
          const { transports } = world.network;
          let transport: Transport | undefined;
          // Also when it is lost.
          const isLeaving = () =>
            transports.some((each) => each === transport && each.closeFrame && each !== world.network.last);
          const tellsOtherwise = new Proxy(methodsOf(listener), {
            get: (methods, key: keyof TransportListener) => (isLeaving() && changed[key]) || methods[key],
          });
          transport = world.network.dial(request, tellsOtherwise);
          return transport;
        },
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
    ending: () => listener.ending(),
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
  {
    name: "reopening after close, by a url function that answers late",
    plant: () => ({
      transition: (state, event, env) =>
        state.name === "closed" && event.type === "prepared"
          ? table.preparing.prepared({ ...as(state, "preparing"), until: Infinity }, event, env)
          : transition(state, event, env),
    }),
  },
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
  {
    name: "a queue that leaves before onConnect has settled",
    plant: () => ({
      transition: (state, event, env) => {
        const outcome = transition(state, event, env);
        return event.type === "opened" && outcome[0].name === "greeting"
          ? [...outcome, ["becomeReady"]]
          : outcome;
      },
      spoil: ({ outbox }) => {
        const { taken } = outbox;
        outbox.taken = () => taken.call(outbox, true);
      },
    }),
  },
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

/** A client that decides otherwise on where the next of several endpoints comes in. */
function withTurns(name: string, other: (decision: Retry) => Decision): Plant {
  return withEvents(name, (event) => {
    if (event.type !== "decided" || event.decision === undefined) return event;
    const { decision } = event;
    return decision.course?.route === undefined ? event : { ...event, decision: other(decision) };
  });
}

/** What several endpoints are tried without. */
export const turns: readonly Plant[] = [
  withTurns("gives up while an endpoint is left", (retry) => (retry.isOnward ? undefined : retry)),
  withTurns("waits before the next endpoint", (retry) => (retry.isOnward ? { ...retry, delay: 100 } : retry)),
  withTurns("spends a retry on the next endpoint", (retry) =>
    retry.isOnward ? { ...retry, retries: 0 } : retry,
  ),
  withTurns("tries the same endpoint again and again", ({ course, ...retry }) => ({
    ...retry,
    course: { ...course!, route: { ...course!.route!, at: 0 } },
  })),
  withTurns("strikes nothing out", ({ course, ...retry }) => {
    const places = course!.route!.places.map((place) => ({ ...place, struckUntil: -Infinity }));
    return { ...retry, course: { ...course!, route: { ...course!.route!, places } } };
  }),
  withTurns("forgets what a server has asked for", ({ course, ...retry }) => {
    const places = course!.route!.places.map((place) => ({ ...place, notBefore: -Infinity }));
    return { ...retry, course: { ...course!, route: { ...course!.route!, places } } };
  }),
];

/** A client that never leaves a state by time. */
export const patient: readonly Plant[] = (
  [
    "settling",
    "preparing",
    "greeting",
    "open",
    "ending",
    "deciding",
    "waiting",
    "closing",
  ] satisfies State["name"][]
).map((name) =>
  withOutcomes(`waits for ever in ${name}`, ([next, ...effects]) => [
    next.name === name ? { ...next, until: Infinity } : next,
    ...effects,
  ]),
);

/** What the client promises beyond its lifecycle. */
export const promises: readonly Plant[] = [
  withOutcomes("sends another close code than reconnect() was given", ([next, ...effects]) => [
    next,
    ...effects.map((effect): Effect => (effect[0] === "letGo" && effect[1] ? ["letGo", 1000] : effect)),
  ]),
  {
    name: "sends in vain",
    plant: (world) => ({
      dial: (request, listener) =>
        Object.assign(world.network.dial(request, listener), { takes: () => true }),
    }),
  },
  withDriver("forgets what waits for the end of a connection", (driver) => {
    const { outbox } = driver;
    const { send } = outbox;
    outbox.send = (...facts) => driver.state.name === "ending" || send.apply(outbox, facts);
  }),
  withPace("lets one message more leave than its pace does", ({ messages, per }) => ({
    messages: messages + 1,
    per,
  })),
  withPace("looks back not quite as far as its pace does", ({ messages, per }) => ({
    messages,
    per: per / 2,
  })),
  withDriver("counts by intervals, and not in any of them", ({ outbox: { times } }, { setup: { pace } }) => {
    const { push } = times;
    times.push = (time) => push.call(times, Math.floor(time / pace!.per) * pace!.per);
  }),
  withDriver("forgets with its connection how fast it went", ({ outbox }) => {
    const { lose } = outbox;
    outbox.lose = (connection) => {
      outbox.times.splice();
      return lose.call(outbox, connection);
    };
  }),
  withDriver("forgets the time at which the pace lets more leave", ({ outbox }) => {
    Object.defineProperty(outbox, "deadline", { value: Infinity });
  }),
  withDriver("lets leave first what came last", ({ outbox: { entries } }) => {
    entries.shift = () => {
      const all = entries.splice();
      const last = all.pop()!;
      for (const entry of all) entries.push(entry);
      return last;
    };
  }),
  withDriver("sends past what waits", ({ outbox }) => {
    const { send, entries } = outbox;
    outbox.send = (message, takes, options, receipts) => {
      const waiting = takes ? entries.splice() : [];
      const mayGoOn = send.call(outbox, message, takes, options, receipts);
      for (const entry of waiting) entries.push(entry);
      return mayGoOn;
    };
  }),
  withSendQueue("lets the queue leave faster than it is taken", (sendQueue) => ({
    ...sendQueue,
    highWaterMark: Infinity,
  })),
  withDriver("does not look whether what holds up the queue is taken", ({ outbox }) => {
    outbox.watch = () => {};
  }),
  withOutcomes("leaves behind with its Close frame what waited", ([next, ...effects]) => [
    next,
    ...effects.map((effect): Effect => (effect[0] === "startClosing" ? ["startClosing", false] : effect)),
  ]),
  withOutcomes("lets leave with its Close frame what no onConnect has let leave", ([next, ...effects]) => [
    next,
    ...effects.map((effect): Effect => (effect[0] === "startClosing" ? ["startClosing", true] : effect)),
  ]),
  withDriver("never tells of drain when the pace has held up a message", (driver, { setup: { pace } }) => {
    const { tell } = driver;
    driver.tell = (type, detail) => {
      if (type !== "drain" || pace === undefined) tell.call(driver, type, detail);
    };
  }),
  withCells("pings a connection that is ending", {
    ending: { wake: (state, _, { ping }) => [state, ["probe", ping!]] },
  }),
  withCells("greets a connection that is ending", {
    ending: {
      greeted: (state, event, env) => table.greeting.greeted(as(state, "greeting"), event, env),
    },
  }),
  withCells("sends a Close frame to whoever has ended the connection", {
    ending: {
      timeout: (state, event, env) => {
        const [next, ...effects] = table.ending.timeout(state, event, env);
        return [next, ...effects.map((effect): Effect => (effect[0] === "letGo" ? ["letGo", 1000] : effect))];
      },
    },
  }),
  withCells("counts the uptime of a connection no longer when it is ending", {
    ending: {
      lost: (state, event, env) => table.ending.lost({ ...state, readySince: Infinity }, event, env),
    },
  }),
  withCells("lets a wake cost a retry", {
    waiting: {
      wake: (state, event, env) => {
        const [next] = table.waiting.wake(state, event, env);
        return [{ ...next, life: state.life }];
      },
    },
  }),
  withCells("gives back twice what a wait had cost", {
    waiting: {
      wake: (state, event, env) => {
        const [next] = table.waiting.wake(state, event, env);
        const retriesLeft = next === state ? state.life.retriesLeft : state.life.retriesLeft + 1;
        return [{ ...next, life: { ...next.life, retriesLeft } }];
      },
    },
  }),
  withCells("gives back what a wait had cost that no wake cuts short", {
    waiting: {
      wake: (state, event, env) => {
        const [next] = table.waiting.wake(state, event, env);
        return [{ ...next, life: { ...next.life, retriesLeft: state.retriesBefore } }];
      },
    },
  }),
  withCells("does not heed what the server asked for when it wakes", {
    waiting: {
      wake: (state, event, env) => table.waiting.wake({ ...state, notBefore: 0 }, event, env),
    },
  }),
  withCells("goes on with an attempt that hangs when it comes online", {
    connecting: {
      wake: (state, event, env) => table.connecting.wake(state, { ...event, isOnline: false }, env),
    },
  }),
  withCells("lets an attempt cost a retry that is begun anew", {
    connecting: {
      wake: (state, event, env) => {
        const [next, ...effects] = table.connecting.wake(state, event, env);
        const { life } = next;
        const retriesLeft = next === state ? life.retriesLeft : Math.max(0, life.retriesLeft - 1);
        return [{ ...next, life: { ...life, retriesLeft } }, ...effects];
      },
    },
  }),
  withCells("asks at once after a sleep", {
    open: {
      wake: (state, event, env) => {
        const [next, ...effects] = table.open.wake(state, event, env);
        return [state.vigils.length > 0 ? { ...next, until: env.now } : next, ...effects];
      },
    },
  }),
  withCells("takes for an answer what came before a sleep", {
    open: {
      timeout: (state, event, env) => {
        const { received, transport } = env.link!;
        const isHeard = ({ last }: (typeof state.vigils)[number]) =>
          last.heard !== received + transport!.bytesRead!;
        const heard = state.vigils.map((vigil) =>
          vigil.question === "soon" && isHeard(vigil) ? { ...vigil, question: undefined } : vigil,
        );
        return table.open.timeout({ ...state, vigils: heard }, event, env);
      },
    },
  }),
  withDriver("judges a peer before what has come is read", (_, world) => {
    world.runtime.read = async () => {};
  }),
  withCells("takes a question that waits for the kernel for one that has left", {
    open: {
      timeout: (state, event, env) => {
        const { received, sent, transport } = env.link!;
        const { bytesRead, isHeld } = transport!;
        const mark = () => transport!.mark();
        const empty = { mark, bufferedAmount: 0, bytesRead, isHeld, ping: () => {} };
        const link = { received, sent, transport: empty as never };
        return table.open.timeout(state, event, { ...env, link });
      },
    },
  }),
  {
    name: "gives no sign of life while nothing is read",
    plant: (world) => ({
      dial: (request, listener) =>
        Object.assign(world.network.dial(request, listener), { pong: undefined as never }),
    }),
  },
  withDriver("never tells of drain", (driver) => {
    const { tell } = driver;
    driver.tell = (type, detail) => {
      if (type !== "drain") tell.call(driver, type, detail);
    };
  }),
  withDriver("does not tell by drop of what was not acked", (driver, { network }) => {
    const { tell } = driver;
    driver.tell = (type, detail) => {
      const isUnacked = type === "drop" && (detail as Drop).outcome === "unknown";
      if (!isUnacked || network.last!.bufferedAmount > 0) tell.call(driver, type, detail);
    };
  }),
  withoutErrors(
    "does not tell of an onMessage that hangs",
    (error) => !(error instanceof TimeoutError && error.phase === "onMessage"),
  ),
  withoutErrors(
    "does not tell of the messages that it lets go while closing",
    (error) => !(error instanceof QueueFullError),
  ),
  {
    name: "gives the next message its turn when the lifecycle gives up waiting",
    plant: ({ setup }) => {
      const { onMessage } = setup.options as { onMessage?: (...facts: unknown[]) => unknown };
      let giveUp: () => void = () => {};
      let fail: (cause: unknown) => void = () => {};
      const untilGivenUp = (...facts: unknown[]) => {
        const result = onMessage?.(...facts);
        if (!(result instanceof Promise)) return result;
        const givenUp = new Promise<void>((resolve) => {
          giveUp = () => {
            resolve();
            result.catch(fail);
          };
          const done = () => {
            giveUp = () => {};
          };
          result.then(done, done);
        });
        return Promise.race([result, givenUp]);
      };
      if (onMessage !== undefined) Object.assign(setup.options, { onMessage: untilGivenUp });
      return {
        transition: (state, event, env) => {
          const [next, ...effects] = transition(state, event, env);
          if (effects.some(([name]) => name === "release")) giveUp();
          return [next, ...effects];
        },
        spoil: (driver) => {
          fail = (cause) => driver.callbackFailed(new CallbackError("onMessage", "failed", { cause }), false);
        },
      };
    },
  },
  withDriver("gives up ready() at the end of the life before", (driver) => {
    const { ready, end } = driver;
    const early: ((cause: Error) => void)[] = [];
    driver.ready = (signal) => {
      const { state } = driver;
      const isNext = state.name === "closing" && state.again;
      return isNext ? new Promise((_, reject) => early.push(reject)) : ready.call(driver, signal);
    };
    driver.end = () => {
      end.call(driver);
      for (const reject of early.splice(0)) reject(new Error("it is over"));
    };
  }),
  withDriver("does not take a timer that fires early for due", (driver, { runtime }) => {
    driver.now = () => runtime.now();
  }),
  {
    name: "does not warn when nobody listens",
    plant: ({ runtime }) => {
      runtime.warn = () => {};
      return {};
    },
  },
  withDriver("warns of each failure", (driver, { runtime }) => {
    const { tellRetry } = driver;
    driver.tellRetry = (delay, setback) => {
      tellRetry.call(driver, delay, setback);
      if (!driver.events.has("error")) runtime.warn("it failed");
    };
  }),
  {
    name: "reads on although nobody can take more",
    plant: ({ network }) => ({
      dial: (request, listener) => Object.assign(network.dial(request, listener), { pause: () => {} }),
    }),
  },
];

/** What clients may do wrong that hand over. */
export const handovers: readonly Plant[] = [
  withLeaving("drops what comes over a connection that has given way", () => ({ message: () => {} })),
  withLeaving("takes the end of a connection that has given way for the end of the new one", (world) => ({
    lost: (failure) => world.driver.post({ type: "lost", generation: world.state.generation, failure }),
  })),
  withSuccession("keeps both connections", ([next, ...effects]) => [
    next,
    ...effects.filter((effect) => !isTold("letGoOfLast")(effect)),
  ]),
  withSuccession("waits for ever for the Close of what has given way", ([next, ...effects]) => {
    const { others } = next as { others?: { ownUntil: number; successor: unknown } };
    return [
      others === undefined || others.successor ? next : { ...next, until: others.ownUntil },
      ...effects,
    ];
  }),
  {
    name: "closes no connection that has given way",
    plant: ({ network }) => ({
      dial: (request, listener) => {
        const transport = network.dial(request, listener);
        const { close } = transport;
        transport.close = (code, reason) => {
          if (!network.leaving.some((leaving) => leaving === transport)) close.call(transport, code, reason);
        };
        return transport;
      },
    }),
  },
  {
    name: "goes over to a connection that is not greeted",
    plant: (world) => ({
      transition: (state, event, env) => {
        const [next, ...effects] = transition(state, event, env);
        const isSuccessors = successorOf(world.state)?.generation === state.generation;
        if (!isSuccessors || next.name !== "greeting" || state.name === "greeting") return [next, ...effects];
        return transition(next, { type: "greeted", generation: next.generation }, env);
      },
    }),
  },
  withSuccession("spends a retry on a successor that fails", ([next, ...effects]) => {
    const { life } = next;
    const spent = { ...next, life: { ...life, retriesLeft: Math.max(0, life.retriesLeft - 1) } };
    return [effects.some(isFailure) ? spent : next, ...effects];
  }),
  withSuccession("tells of a disconnect when it goes over", ([next, ...effects]) => [
    next,
    ...(effects.some(isTold("succeed")) ? [...effects, ["tellDisconnect", true] as const] : effects),
  ]),
  withSuccession("tells of a disconnect when the successor fails", ([next, ...effects]) => [
    next,
    ...(effects.some(isFailure) ? [...effects, ["tellDisconnect", true] as const] : effects),
  ]),
  withSuccession("never settles a hand-over that is given up", ([next, ...effects]) => [
    next,
    ...effects.filter((effect) => !isTold("forsake")(effect)),
  ]),
  withSuccession("lets the connection of now go although the successor failed", ([next, ...effects]) => [
    next,
    ...(effects.some(isFailure) ? [...effects, ["letGo", 1000] as const] : effects),
  ]),
  withSuccession("forgets the successor when the connection of now is lost", ([next, ...effects]) => [
    next,
    ...effects.filter((effect) => !isTold("promote")(effect)),
  ]),
  withDriver("sends again what the connection that gives way has not taken", (driver, { network }) => {
    const { becomeReady } = driver;
    driver.becomeReady = () => {
      becomeReady.call(driver);
      const untaken = network.leaving.filter(({ bufferedAmount }) => bufferedAmount > 0);
      const connection = driver.link!.transport!;
      for (const { sent } of untaken) if (connection.takes()) connection.send(sent.at(-1)!);
    };
  }),
  withDriver(
    "does not tell by drop of what a connection that gives way has not taken",
    (driver, { network }) => {
      const { tell } = driver;
      driver.tell = (type, detail) => {
        const isLeaving = network.transports.some(
          (transport) => transport.closeFrame && transport !== network.last && transport.bufferedAmount > 0,
        );
        const isUnknown = type === "drop" && (detail as Drop).outcome === "unknown";
        if (!isUnknown || !isLeaving) tell.call(driver, type, detail);
      };
    },
  ),
];
