// One round: a client's life or lives with a real server, during which what the user has given does mischief, or acts on
// the client from within. Whatever it is, it harms nobody else.

import { isGundamError } from "@gundam/core";
import { WebSocketClient } from "@gundam/node";
import { actions } from "./actions.mjs";
import { behaviours, callbackBehaviours, disguises } from "./behaviours.mjs";
import { planOf } from "./plan.mjs";
import { functions, listeners, lookUp, objects, put } from "./points.mjs";

/** How long a life may go on before it is closed, in ms. */
const LONGEST = 400;
/** How long the end may take, in ms: more than any limit of the client's. */
const END = 3000;
/** How long it may take until a user is told of what happened, in ms: the time of an attempt, and of a decision. */
const LONGEST_TELLING = 200;
/** How many problems of a round are told. */
const MOST_PROBLEMS = 10;

/** What went wrong in this world's round of the seed, if anything; and what was done. */
export async function play(seed, world) {
  const round = new Round(planOf(seed), world);
  world.begin(round);
  try {
    await round.run();
  } catch (error) {
    round.problem(`the round itself failed: ${shown(error)}`);
  }
  return { problems: round.problems, done: [...round.done], opened: round.opened };
}

class Round {
  problems = [];
  /** The mischief that was really done. */
  done = new Set();
  opened = 0;
  client;
  #plan;
  #controller = new AbortController();
  #calls = new Map();
  #timers = new Set();
  #afterwards = [];
  #promises = [];
  /** What the user was told: by error events and callbacks, by warnings, by what `send` throws. */
  #told = { error: [], operator: [], caller: [] };
  #lives = 0;
  #ends = 0;
  #isOver = false;
  #isRefused = false;
  #expected = [];

  constructor(plan, world) {
    this.#plan = plan;
    this.world = world;
    this.server = world.servers[plan.tls];
    this.url = this.server.url.replace("127.0.0.1", "localhost");
    const { via } = plan;
    if (via !== "none") this.proxyUrl = `${via}//localhost:${world.proxies[via].address().port}`;
  }

  problem(text) {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(text);
  }

  warned(text) {
    this.#told.operator.push(text);
  }

  published(name, client) {
    if (client === this.client) this.#call(name, () => {}, []);
  }

  later(run) {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        run();
      },
      this.#plan.random.pick([0, 1, 5, 30]),
    );
    this.#timers.add(timer);
  }

  atEnd(run) {
    this.#afterwards.push(run);
  }

  abort() {
    this.#controller.abort();
  }

  /** It settles in the end. */
  promised(promise) {
    const entry = { isSettled: false };
    this.#promises.push(entry);
    const settled = () => {
      entry.isSettled = true;
    };
    promise.then(settled, settled);
  }

  async run() {
    this.#construct();
    if (this.client !== undefined) {
      this.#listen();
      this.#attempt("reconnect()", () => this.client.reconnect());
      await this.#live();
      await this.#end();
    }
    await this.#tidy();
  }

  // — the client ———————————————————————————————————————————————————————————————————————————————————————————————————

  #construct() {
    this.options = this.#options();
    const { options } = this;
    for (const name of this.#plan.beside) this.#give(options, name);
    for (const { kind, name } of this.#plan.mischiefs) {
      if (kind !== "object" && name in functions) this.#give(options, name);
    }
    const disguised = new Set();
    for (const { kind, name, does, at } of this.#plan.mischiefs) {
      // What is disguised already is not to be read.
      if (kind !== "object" || disguised.has(name)) continue;
      disguised.add(name);
      const good = objects[name].good(this);
      put(options, name, disguises[does].make(good, at, this.#plan.random));
      this.done.add(`${name} ${does}`);
    }
    try {
      this.client = new WebSocketClient(options);
    } catch (error) {
      if (error?.name !== "OptionError") this.problem(`the constructor threw ${shown(error)}`);
    }
  }

  #options() {
    const { tls, via, isCompressed, asksSystem } = this.#plan;
    return {
      url: this.url,
      retry: 4,
      retryTimeout: 1,
      stableAfter: 0,
      openTimeout: 120,
      callbackTimeout: 60,
      signal: this.#controller.signal,
      supervise: false,
      httpOpts: { maxRedirects: 2 },
      tcpOpts: { ...(via !== "none" && { proxy: this.proxyUrl }), ...(!asksSystem && { lookup: lookUp }) },
      tlsOpts: tls === "none" && via !== "https:" ? {} : { ca: this.world.ca },
      wsOpts: { closingTimeout: 30, keepalive: 15, silencePings: false, compress: isCompressed },
      sendQueue: { highWaterMark: 64, overflow: "drop-oldest", maxMessages: 4 },
    };
  }

  #give(options, name) {
    const { good, beside = {}, put: set = (options, value) => put(options, name, value) } = functions[name];
    if (Object.keys(beside).length > 0) {
      const group = name.slice(0, name.lastIndexOf("."));
      // Two functions of one object may both have been given.
      if (!this.#given.has(group)) put(options, group, { ...groupOf(beside) });
      this.#given.add(group);
    }
    const self = this;
    set(options, function (...args) {
      return self.#call(name, (...given) => good(self).apply(this, given), args);
    });
  }

  #given = new Set();

  /** The user's own is called: it does mischief, if it is time for it, or else what it should. */
  #call(name, good, args) {
    if (this.#isOver && !/^(on[A-Z]|channel)/.test(name)) this.problem(`${name} was called after the end`);
    const calls = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, calls);
    const isTime = ({ at, isForGood }) => at === calls || (isForGood && at < calls);
    const due = this.#plan.mischiefs.filter(
      (one) => one.name === name && one.kind !== "object" && isTime(one),
    );
    for (const { does } of due.filter(({ kind }) => kind === "action")) this.#act(name, does);
    const one = due.find(({ kind }) => kind !== "action");
    if (one === undefined) return good(...args);
    this.done.add(`${name} ${one.does}`);
    const behaviour = behaviours[one.does] ?? callbackBehaviours[one.does];
    if (functions[name]?.isGuard && one.does !== "answers undefined") this.#isRefused = true;
    if (behaviour.isLoud && this.#plan.mischiefs.length === 1) this.#expect(name, one.does);
    return behaviour.run(this, () => good(...args), args);
  }

  #act(name, does) {
    this.done.add(`${name} ${does}`);
    if (this.client === undefined) return;
    this.#attempt(`${does} from within ${name}`, () => actions[does](this.client, this));
  }

  /** The user is to be told of this, unless the life ends before it can be. */
  #expect(name, does) {
    if (functions[name]?.isSync && does.startsWith("rejects")) return;
    if (this.client === undefined || this.client.phase === "closed" || this.client.phase === "closing")
      return;
    const { option = name, report = name in functions ? "error" : "operator" } = functions[name] ?? {};
    this.#expected.push({ option, report, before: this.#told[report].length, at: performance.now() });
  }

  /** Misuse is told by an error of ours. */
  #attempt(what, run) {
    try {
      run();
    } catch (error) {
      if (isGundamError(error)) this.#told.caller.push(error.message);
      else this.problem(`${what} threw ${shown(error)}`);
    }
  }

  // — its lives ————————————————————————————————————————————————————————————————————————————————————————————————————

  #listen() {
    const { client } = this;
    client.on("change", ({ from, to }) => {
      if (this.#isOver) this.problem(`it changed to ${to} after the end`);
      if (["idle", "closed"].includes(from) || (from === "closing" && to !== "closed")) this.#lives++;
      if (from === "idle" && to === "closed") this.#lives--;
    });
    client.on("close", () => this.#ends++);
    client.on("error", ({ message }) => this.#told.error.push(message));
    client.on("attempt", () => this.#attempted());
    client.on("connect", () => this.#connected());
    client.on("message", () => this.#received());
    for (const name of listeners) {
      client.on(name.replace("listener ", ""), (event) => this.#call(name, () => {}, [event]));
    }
  }

  #attempted() {
    this.#isRefused = false;
    const { isRedirected, ending } = this.#plan;
    const { server } = this;
    if (isRedirected) {
      server.refuse(302, { headers: { Location: "/there", "Set-Cookie": ["a=1", "b=2"] }, times: 1 });
    } else if (this.opened === 0 && this.#attempts++ === 0) {
      if (ending === "refuse") server.refuse(503, { headers: { "Set-Cookie": "a=1" }, times: 1 });
      if (ending === "stall") server.stallAtUpgrade({ times: 1 });
    }
  }

  #attempts = 0;

  #connected() {
    if (this.#isRefused) this.problem("it connected though its check had not let it");
    this.opened++;
    this.#attempt("send()", () => this.client.send("hello"));
    this.server.ping("are you there");
  }

  /** The first connection ends after its echo, the second is closed. */
  #received() {
    if (this.opened > 1) return setImmediate(() => this.#close());
    const { ending } = this.#plan;
    if (ending === "fin" || ending === "rst") this.server.drop(ending);
    else if (ending === "close") this.server.closeAll(4000, "bye");
    else this.#attempt("reconnect()", () => this.client.reconnect());
  }

  #close() {
    this.#attempt("close()", () => this.promised(this.client.close()));
  }

  async #live() {
    const until = performance.now() + LONGEST;
    while (performance.now() < until) {
      if (this.client.phase === "closed" && this.#timers.size === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async #end() {
    const { client } = this;
    // What has only just happened may be told of no more.
    this.#expected = this.#expected.filter(({ at }) => at < performance.now() - LONGEST_TELLING);
    this.#close();
    const until = performance.now() + END;
    const isEnded = () => client.phase === "closed" && this.#promises.every(({ isSettled }) => isSettled);
    while (!isEnded() && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      // Whoever heard of the end may have begun another life.
      if (client.phase !== "closed" && client.phase !== "closing") this.#close();
    }
    if (!isEnded())
      this.problem(`it is ${client.phase} ${END} ms after close(), and not all promises have settled`);
    this.#attempt("terminate()", () => client.terminate());
    if (client.phase !== "closed") this.problem(`it is ${client.phase} after terminate()`);
  }

  async #tidy() {
    // Whoever answers late finds that all is over.
    await turn();
    this.#isOver = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const run of this.#afterwards) setImmediate(run);
    await turn();
    await turn();
    for (const left of await this.world.leftovers()) this.problem(`left: ${left}`);
    if (this.#lives !== this.#ends) this.problem(`${this.#lives} lives had ${this.#ends} ends`);
    this.#checkTold();
    await this.server.behave();
  }

  #checkTold() {
    for (const { option, report, before } of this.#expected) {
      const told = this.#told[report].slice(before);
      // An attempt can take too long before anybody cares.
      const isItsName = (text) => text.includes(option) || text.includes("took longer than openTimeout");
      const isTold = report === "operator" ? told.length > 0 : told.some(isItsName);
      if (!isTold) this.problem(`nobody was told of ${option}; told was: ${JSON.stringify(this.#told)}`);
    }
  }
}

function groupOf(beside) {
  const entries = Object.entries(beside).map(([path, value]) => [
    path.slice(path.lastIndexOf(".") + 1),
    value,
  ]);
  return Object.fromEntries(entries);
}

function turn() {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

function shown(error) {
  try {
    return error?.stack ?? String(error);
  } catch {
    return "what cannot be shown";
  }
}
