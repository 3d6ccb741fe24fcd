// What a user's function can do in place of what it should, and what a user's object can be. A behaviour is given the
// round, what would be the good answer, and what it was called with.

/** A Proxy that throws whatever it is asked. */
export function untouchable(target = () => {}) {
  const refuse = throwing("untouchable");
  const traps = Object.getOwnPropertyNames(Reflect).map((trap) => [trap, refuse]);
  return new Proxy(target, Object.fromEntries(traps));
}

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** An Error that cannot be read. */
function unreadable() {
  const get = throwing("unreadable");
  const error = new Error("unreadable");
  // Its stack first: V8 would read the others for it.
  for (const name of ["stack", "message", "code", "name", "cause"])
    Object.defineProperty(error, name, { get });
  return error;
}

const values = {
  undefined: () => undefined,
  null: () => null,
  false: () => false,
  true: () => true,
  zero: () => 0,
  "minus one": () => -1,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  "an empty text": () => "",
  "a text": () => "nonsense",
  "line breaks": () => "a\r\nb: c\r\n\r\n",
  "a long text": () => "x".repeat(200_000),
  "a symbol": () => Symbol("nonsense"),
  "a bigint": () => 7n,
  "an empty object": () => ({}),
  "an object without prototype": () => Object.create(null),
  "a list": () => [[], {}, null, undefined, 7, untouchable()],
  "a function": () => () => {},
  "a Date that is none": () => new Date(Number.NaN),
  "an Error": () => new Error("nonsense"),
  "an Error with a number as code": () => Object.assign(new Error("nonsense"), { code: 495 }),
  "an Error that cannot be read": unreadable,
  "an object whose texts throw": () => ({
    toString: throwing("no text"),
    toJSON: throwing("no JSON"),
  }),
  "an untouchable": () => untouchable(),
  "an untouchable object": () => untouchable({}),
  "a revoked Proxy": revoked,
  "an object that throws on the second look": () => fickle({}, 2),
};

const thrown = {
  "an Error": () => new Error("boom"),
  undefined: () => undefined,
  null: () => null,
  "a text": () => "boom",
  "a symbol": () => Symbol("boom"),
  "an untouchable": () => untouchable(),
  "a revoked Proxy": revoked,
  "an Error that cannot be read": unreadable,
  "a frozen Error": () => Object.freeze(new Error("boom")),
  "an Error of a parser": () =>
    Object.freeze(Object.assign(new Error("boom"), { code: "HPE_X", rawPacket: "" })),
};

/** A thenable, or a promise, with this `then` of its own. */
function withThen(then, object = {}) {
  // biome-ignore lint/suspicious/noThenProperty: that is what it is about.
  return Object.defineProperty(object, "then", { value: then, configurable: true });
}

function throwing(text) {
  return () => {
    throw new Error(text);
  };
}

const thenables = {
  "throws in then": () => withThen(throwing("then threw")),
  "throws when asked for then": () =>
    fickle(
      withThen(() => {}),
      1,
    ),
  "has no then on the second look": () =>
    fickle(
      withThen(() => {}),
      2,
    ),
  "resolves and rejects": (good) =>
    withThen((resolve, reject) => {
      resolve(good());
      reject(new Error("rejected, too"));
    }),
  "rejects and resolves": (good) =>
    withThen((resolve, reject) => {
      reject(new Error("rejected first"));
      resolve(good());
    }),
  "resolves twice": (good) =>
    withThen((resolve) => {
      resolve(good());
      resolve("again");
    }),
  "resolves and throws": (good) =>
    withThen((resolve) => {
      resolve(good());
      throw new Error("thrown after all");
    }),
  "never calls": () => withThen(() => {}),
  "resolves with thenables": (good) => {
    const nested = (depth) => withThen((resolve) => resolve(depth === 0 ? good() : nested(depth - 1)));
    return nested(20);
  },
  "is a promise with a then of its own that throws": () =>
    withThen(throwing("an own then"), Promise.resolve()),
  "is a promise with a then of its own that calls twice": (good) =>
    withThen((resolve, reject) => {
      resolve?.(good());
      reject?.(new Error("and rejects"));
    }, Promise.resolve()),
  "is a promise whose constructor throws": () =>
    Object.defineProperty(Promise.resolve(), "constructor", { get: throwing("no constructor") }),
  "is a promise behind a Proxy": () => new Proxy(Promise.resolve(), {}),
};

const prefixed = (prefix, table, make) =>
  Object.entries(table).map(([name, value]) => [`${prefix} ${name}`, make(value)]);

/** What is done in place of an answer. `isLoud`: a user is to hear of it. */
export const behaviours = Object.fromEntries([
  ...prefixed("throws", thrown, (value) => ({
    isLoud: true,
    run: () => {
      throw value();
    },
  })),
  ...prefixed("rejects with", thrown, (value) => ({
    isLoud: true,
    run: async () => Promise.reject(value()),
  })),
  ...prefixed("answers", values, (value) => ({ run: () => value() })),
  ...prefixed("resolves to", values, (value) => ({ run: async () => value() })),
  ...prefixed("thenable:", thenables, (value) => ({ run: (_, good) => value(good) })),
  ["hangs", { run: () => new Promise(() => {}) }],
  ["answers late", { run: (round, good) => new Promise((resolve) => round.later(() => resolve(good()))) }],
  [
    "answers after the end",
    { run: (round, good) => new Promise((resolve) => round.atEnd(() => resolve(good()))) },
  ],
  [
    "rejects after the end",
    { run: (round) => new Promise((_, reject) => round.atEnd(() => reject(new Error("too late")))) },
  ],
  ["answers well, and then throws", { isLoud: true, run: (_, good) => throwAfter(good) }],
]);

function throwAfter(good) {
  good();
  throw new Error("boom");
}

/** What a function that is given a callback can do with it, besides. */
export const callbackBehaviours = Object.fromEntries([
  ["answers twice", { run: (_, good) => [good(), good()] }],
  ["answers later, twice", { run: (round, good) => void round.later(() => [good(), good()]) }],
  ["answers after the end", { run: (round, good) => void round.atEnd(good) }],
  ["answers, and fails", { run: (_, good, args) => [good(), args.at(-1)(new Error("boom"))] }],
  ["fails, and answers", { run: (_, good, args) => [args.at(-1)(new Error("boom")), good()] }],
  ["answers, and throws", { run: (_, good) => throwAfter(good) }],
  ["answers nothing", { run: (_, _good, args) => args.at(-1)() }],
  ...prefixed("fails with", thrown, (value) => ({ run: (_, _good, args) => args.at(-1)(value()) })),
  ...prefixed("fails later with", thrown, (value) => ({
    run: (round, _good, args) => void round.later(() => args.at(-1)(value())),
  })),
  ...prefixed("calls back with", values, (value) => ({
    run: (_, _good, args) => args.at(-1)(null, value(), value()),
  })),
  ...prefixed("calls back later with", values, (value) => ({
    run: (round, _good, args) => void round.later(() => args.at(-1)(null, value(), value())),
  })),
  ...prefixed("calls back with a list of", values, (value) => ({
    run: (_, _good, args) => args.at(-1)(null, [value(), { address: value(), family: value() }]),
  })),
]);

/** What an object can be in place of what it should. `questions`: how many it answers well. */
export const disguises = {
  ...Object.fromEntries(prefixed("is", values, (value) => ({ make: () => value() }))),
  "throws at some time": { make: (object, questions) => fickle(object, questions) },
  "answers nonsense at some time": {
    make: (object, questions, random) =>
      fickle(object, questions, () => random.pick(Object.values(values))()),
  },
  "throws once": { make: (object, questions) => fickle(object, questions, undefined, 1) },
};

/** An object that answers so many questions well, and then throws, or answers nonsense. */
function fickle(object, questions, nonsense, times = Number.POSITIVE_INFINITY) {
  let asked = 0;
  const isOver = () => {
    asked++;
    return asked >= questions && asked < questions + times;
  };
  return new Proxy(object, {
    get(target, key) {
      if (isOver()) {
        if (nonsense) return nonsense();
        throw new Error("not any more");
      }
      const value = Reflect.get(target, key, target);
      const isMethod = typeof value === "function" && key !== "constructor";
      return isMethod && !Reflect.getOwnPropertyDescriptor(target, key) ? value.bind(target) : value;
    },
    has(target, key) {
      if (isOver() && !nonsense) throw new Error("not any more");
      return Reflect.has(target, key);
    },
    ownKeys(target) {
      if (isOver() && !nonsense) throw new Error("not any more");
      return Reflect.ownKeys(target);
    },
    getPrototypeOf(target) {
      if (isOver() && !nonsense) throw new Error("not any more");
      return Reflect.getPrototypeOf(target);
    },
  });
}
