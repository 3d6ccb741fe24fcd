// Opens clients on the virtual transport, and tells as JSON what they take of the heap, for each client.
// `node --expose-gc heap-child.mjs <module with virtualClient and virtualWorld> rounds | breakdown`

import { json } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { getHeapSnapshot } from "node:v8";

const [module, task] = process.argv.slice(2);
const { virtualClient, virtualWorld } = await import(pathToFileURL(module));

/** Enough to see 30 bytes of a client: what else happens in the heap between two looks is about 100 KB. */
const CLIENTS = 3_000;
const ROUNDS = 5;
const CLIENTS_IN_SNAPSHOT = 200;

const tasks = {
  async rounds() {
    const rounds = [];
    while (rounds.length < ROUNDS) rounds.push(await heapOfOne());
    return rounds;
  },

  async breakdown() {
    const before = new Set((await snapshot()).nodes.map(({ id }) => id));
    const opened = await open(CLIENTS_IN_SNAPSHOT);
    const { nodes } = await snapshot();
    const clientName = nameOf(opened.clients[0].constructor.name);
    const isClient = ({ id, type, name }) => !before.has(id) && type === "object" && name === clientName;
    // V8 makes hidden classes anew when it likes, and all clients have them together.
    const isOfClients = ({ id, type }) => !before.has(id) && type !== "object shape";
    const held = heldBy(nodes.filter(isClient), isOfClients);
    return {
      kinds: perClient(held, ({ node: { type, name } }) => (isNamed(type) ? `${type} ${name}` : type)),
      holders: perClient(held, ({ holder }) => holder),
    };
  },
};

/** A function of its own, so that the clients of one round are collected before the next. */
async function heapOfOne() {
  const before = await heap();
  const opened = await open(CLIENTS);
  const after = await heap();
  if (opened.clients.length !== CLIENTS) throw new Error("clients were collected");
  return (after - before) / CLIENTS;
}

async function open(count) {
  const world = virtualWorld();
  const clients = [];
  for (let i = 0; i < count; i++) clients.push(virtualClient(world));
  await world.runtime.advance(0);
  for (const transport of world.network.transports) transport.open();
  await world.runtime.advance(0);
  if (clients.some(({ phase }) => phase !== "open")) throw new Error("a client has not opened");
  return { world, clients };
}

async function heap() {
  await collect();
  return process.memoryUsage().heapUsed;
}

async function collect() {
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await setImmediate();
  }
}

/** The nodes of V8's heap snapshot, each with its edges. */
async function snapshot() {
  await collect();
  const { snapshot, nodes, edges, strings } = await json(getHeapSnapshot());
  const { node_fields, node_types, edge_fields, edge_types } = snapshot.meta;
  const nodeAt = reader(node_fields, nodes);
  const edgeAt = reader(edge_fields, edges);
  const read = [];
  for (let at = 0; at < nodes.length; at += node_fields.length) {
    read.push({
      id: nodeAt(at, "id"),
      type: node_types[0][nodeAt(at, "type")],
      name: nameOf(strings[nodeAt(at, "name")]),
      bytes: nodeAt(at, "self_size"),
      edges: nodeAt(at, "edge_count"),
    });
  }
  let at = 0;
  for (const node of read) {
    node.edges = Array.from({ length: node.edges }, () => {
      const type = edge_types[0][edgeAt(at, "type")];
      const name = edgeAt(at, "name_or_index");
      const to = read[edgeAt(at, "to_node") / node_fields.length];
      at += edge_fields.length;
      return { type, name: type === "element" || type === "hidden" ? "[]" : strings[name], to };
    });
  }
  return { nodes: read };
}

/** Where a class names itself esbuild has made it `_Client`. */
function nameOf(name) {
  return name.replace(/^_(?=[A-Z])/, "");
}

function reader(fields, values) {
  const offsets = Object.fromEntries(fields.map((field, index) => [field, index]));
  return (at, field) => values[at + offsets[field]];
}

/**
 * What is reached from some nodes: each node with its holder, the nearest object of a class and the way from it:
 * `FakeTransport.request.url`.
 */
function heldBy(roots, isCounted) {
  const held = new Map(roots.map((node) => [node, node.name]));
  // A Map tells what is added while it is walked: breadth first.
  for (const [node, holder] of held) {
    for (const { type, name, to } of node.edges) {
      if (type === "weak" || type === "shortcut" || held.has(to) || !isCounted(to)) continue;
      held.set(to, isOfClass(to) ? to.name : `${holder}.${name}`);
    }
  }
  return [...held].map(([node, holder]) => ({ node, holder }));
}

const builtIn = new Set(["Object", "Array", "Set", "Map", "Promise", "Uint8Array", "ArrayBuffer"]);
const isOfClass = ({ type, name }) => type === "object" && !builtIn.has(name) && /^[A-Z]/.test(name);
/** The name of a string is its text, that of an array nothing. */
const isNamed = (type) => ["object", "closure", "hidden", "array"].includes(type);

/** Sums by key, for each client; what all clients have together is left out. */
function perClient(held, keyOf) {
  const sums = {};
  for (const entry of held) {
    const key = keyOf(entry);
    sums[key] ??= { count: 0, bytes: 0 };
    sums[key].count += 1 / CLIENTS_IN_SNAPSHOT;
    sums[key].bytes += entry.node.bytes / CLIENTS_IN_SNAPSHOT;
  }
  return Object.fromEntries(Object.entries(sums).filter(([, { count }]) => count > 0.5));
}

// What the first ones need once is not the price of the next.
await open(CLIENTS_IN_SNAPSHOT);
console.log(JSON.stringify(await tasks[task]()));
