// What a seed stands for: the way to the server, what happens on it, and the mischief that is done.

import { Random } from "@gundam/testing";
import { actions } from "./actions.mjs";
import { behaviours, callbackBehaviours, disguises } from "./behaviours.mjs";
import { channels, functions, listeners, objects } from "./points.mjs";

const functionNames = Object.keys(functions);
const objectNames = Object.keys(objects);

export function planOf(seed) {
  const random = new Random(seed);
  // The first numbers of seeds that lie close together are not far apart.
  for (let i = 0; i < 4; i++) random.next();
  const plan = {
    seed,
    random,
    tls: random.pick(["none", "TLSv1.2", "TLSv1.3"]),
    via: random.pick(["none", "none", "none", "http:", "https:", "socks5:"]),
    isRedirected: random.chance(0.3),
    isCompressed: random.chance(0.3),
    /** Looks names up as who gives no function of their own does, which takes longer. */
    asksSystem: random.chance(0.2),
    /** How the first connection ends. */
    ending: random.pick(["fin", "rst", "close", "reconnect", "refuse", "stall"]),
  };
  const count = random.pick([1, 1, 1, 2, 3]);
  return { ...plan, beside: besides(plan), mischiefs: Array.from({ length: count }, () => mischief(plan)) };
}

/** Functions that behave, for there to be more to go wrong. */
function besides(plan) {
  return functionNames.filter((name) => isPossible(functions[name], plan) && plan.random.chance(0.15));
}

function mischief(plan) {
  const { random } = plan;
  const kind = random.pick(["function", "function", "object", "action", "action", "action", "listener"]);
  const when = { at: 1 + random.below(random.pick([1, 2, 4, 8, 24])), isForGood: random.chance(0.3) };
  if (kind === "object") {
    const name = random.pick(objectNames.filter((name) => isPossible(objects[name], plan)));
    return { kind, name, does: random.pick(Object.keys(disguises)), ...when, at: 1 + random.below(40) };
  }
  if (kind === "listener") {
    return { kind, name: random.pick(listeners), does: random.pick(Object.keys(behaviours)), ...when };
  }
  const possible = functionNames.filter((name) => isPossible(functions[name], plan));
  if (kind === "action") {
    const name = random.pick([...possible, ...listeners, ...listeners, ...channels]);
    // Once: for ever, it would be a loop of the user's own.
    return { kind, name, does: random.pick(Object.keys(actions)), at: when.at, isForGood: false };
  }
  const name = random.pick(possible);
  const table = functions[name].takesCallback && random.chance(0.7) ? callbackBehaviours : behaviours;
  return { kind, name, does: random.pick(Object.keys(table)), ...when };
}

function isPossible({ needs }, plan) {
  return needs === undefined || needs(plan);
}

export function show({ seed, tls, via, isRedirected, isCompressed, ending, beside, mischiefs }) {
  const way = [
    tls,
    via !== "none" && `via ${via}`,
    isRedirected && "redirected",
    isCompressed && "compressed",
  ];
  const done = mischiefs.map(
    ({ name, does, at, isForGood }) => `${name} ${does}, at ${at}${isForGood ? " and from then on" : ""}`,
  );
  return [
    `seed ${seed}: ${way.filter(Boolean).join(", ")}; the first connection ends by ${ending}`,
    ...(beside.length > 0 ? [`beside: ${beside.join(", ")}`] : []),
    ...done,
  ].join("\n  ");
}
