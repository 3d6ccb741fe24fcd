// A sender that never pauses, while its server restarts, its page navigates and its machine sleeps. With other counts, and
// the seed of a run that failed:
// GUNDAM_CONSERVATION='{"restarts":20,"navigations":2,"sleeps":1,"seed":7}' pnpm --filter @gundam/e2e run test conservation

import { Random } from "@gundam/testing";
import type { EchoServer } from "@gundam/testing/server";
import type { Page } from "@playwright/test";
import type { RunningBrowser } from "./browsers.ts";
import { checkConservation, type ServedConnection, type Told } from "./conservation.ts";
import { expect, test } from "./page.ts";

const counts = {
  restarts: 200,
  navigations: 20,
  sleeps: 20,
  seed: Date.now() % 2 ** 31,
  ...JSON.parse(process.env.GUNDAM_CONSERVATION ?? "{}"),
} as Record<"restarts" | "navigations" | "sleeps" | "seed", number>;

declare global {
  /** What the sender knows. */
  var sender: {
    sent: number;
    readonly told: [message: number, told: Told][];
    readonly thrownAway: number[];
    stop(): Promise<void>;
  };
}

test.describe("a sender that never pauses", () => {
  test("loses nothing untold", { tag: "@slow" }, async ({ tab, server, running }, { annotations }) => {
    test.setTimeout(60_000 + (counts.restarts + counts.navigations) * 12_000 + counts.sleeps * 60_000);
    const ended = new Set<number>();
    const connections = recordOf(server, ended);
    server.mute();
    await send(tab, server.url);
    const random = new Random(counts.seed);
    for (const happen of schedule(random)) {
      const before = connections.length;
      if (restarts.includes(happen)) for (const { id } of server.connections) ended.add(id);
      await happen({ tab, server, running, random });
      // Each has a connection of its own to break; a navigation breaks it in Firefox alone.
      if (!navigations.includes(happen)) await server.until(() => connections.length > before);
      const sent = await tab.evaluate(() => sender.sent);
      await server.until(() => connections.at(-1)!.read.at(-1)! > sent);
      await pause(random.below(300));
    }
    const { sent, told, thrownAway } = await tab.evaluate(async () => {
      await sender.stop();
      return sender;
    });
    await server.until(() => connections.at(-1)!.read.at(-1) === sent);
    const read = new Set(connections.flatMap(({ read }) => read));
    const unread = (outcome: Told) =>
      told.filter(([message, told]) => told === outcome && !read.has(message)).length;
    const description = [
      `seed ${counts.seed}`,
      `${sent} sent over ${connections.length} connections`,
      `${sent - read.size} not read`,
      `of them ${unread("unsent")} unsent, ${unread("unknown")} unknown, ${unread("flushed")} flushed`,
    ].join(", ");
    annotations.push({ type: "conservation", description });
    console.log(description);
    expect(connections.length).toBeGreaterThan(counts.restarts + counts.sleeps);
    expect(checkConservation({ sent, told, thrownAway, connections }), description).toEqual([]);
  });

  // What the check itself is worth; no browser takes part.
  const honest = {
    sent: 5,
    thrownAway: [],
    told: [
      [1, "flushed"],
      [4, "unsent"],
    ] as [number, Told][],
    connections: [
      { read: [1, 2], isIntact: false },
      { read: [5], isIntact: true },
    ],
  };
  const lies = {
    "keeps quiet about a loss": {
      told: honest.told.slice(0, 1),
      connections: [{ read: [1, 2, 3, 5], isIntact: true }],
    },
    "loses what was flushed before its own Close": {
      told: [[5, "flushed"]] as [number, Told][],
      connections: [{ read: [1, 2, 3, 4], isIntact: true }],
    },
    "sends what it said is unsent": { connections: [{ read: [1, 2, 3, 4, 5], isIntact: true }] },
    "sends twice": {
      connections: [
        { read: [1, 2], isIntact: false },
        { read: [2, 3, 5], isIntact: true },
      ],
    },
    "sends out of order": { connections: [{ read: [1, 3, 2, 5], isIntact: true }] },
    "sends into a connection that is closing": { thrownAway: [4] },
    "tells two things": { told: [...honest.told, [1, "unknown"]] as [number, Told][] },
  };
  test("the check takes what is promised, and sees what is not", { tag: "@chromium" }, () => {
    expect(checkConservation(honest)).toEqual([]);
    for (const [name, lie] of Object.entries(lies)) {
      expect(checkConservation({ ...honest, ...lie }), `one that ${name}`).not.toEqual([]);
    }
  });
});

interface Scene {
  readonly tab: Page;
  readonly server: EchoServer;
  readonly running: RunningBrowser;
  readonly random: Random;
}

type Happening = (scene: Scene) => Promise<void>;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const restarts: readonly Happening[] = [
  async ({ server }) => server.closeAll(1012),
  async ({ server }) => server.closeAll(1001),
  async ({ server }) => server.closeAll(1000),
  async ({ server }) => server.drop("fin"),
  async ({ server }) => server.drop("rst"),
  async ({ server }) => server.restart(),
  ({ server, random }) => server.goAwayFor(random.below(500)),
  // Close, and TCP is held, for a while or for ever.
  async ({ server, random }) => {
    const held = server.connections;
    server.closeAllWithoutFin(random.pick([1000, 1012]));
    if (random.chance(0.5)) setTimeout(() => drop(held), random.below(2500));
  },
];

const navigations: readonly Happening[] = [
  ({ tab }) => tab.evaluate(() => location.assign("/download")),
  ({ tab }) => tab.evaluate(() => location.assign("/no-content")),
  ({ tab }) => tab.evaluate(() => window.stop()),
];

/** The network forgets the connection while the machine sleeps, and says so later, or never. */
async function sleep({ server, running, random }: Scene): Promise<void> {
  const forgotten = server.connections;
  server.silence();
  await running.sleep(31_000 + random.below(4000));
  if (random.chance(0.5)) setTimeout(() => drop(forgotten), random.below(2000));
}

function drop(connections: EchoServer["connections"]): void {
  for (const connection of connections) connection.drop("rst");
}

/** All that is to happen, in a random order. */
function schedule(random: Random): Happening[] {
  const left = [
    ...Array.from({ length: counts.restarts }, (_, n) => restarts[n % restarts.length]!),
    ...Array.from({ length: counts.navigations }, (_, n) => navigations[n % navigations.length]!),
    ...Array<Happening>(counts.sleeps).fill(sleep),
  ];
  return Array.from({ length: left.length }, () => left.splice(random.below(left.length), 1)[0]!);
}

/** What the server reads, by connection; `ended`: those that it has ended itself. */
function recordOf(server: EchoServer, ended: ReadonlySet<number>): ServedConnection[] {
  const served: ServedConnection[] = [];
  const byNumber = new Map<number, ServedConnection>();
  server.on("opened", ({ id: number }) => {
    const connection = { read: [], isIntact: false };
    served.push(connection);
    byNumber.set(number, connection);
  });
  server.on("messageReceived", ({ connection, data }) => byNumber.get(connection)!.read.push(Number(data)));
  server.on("closeReceived", ({ connection }) => {
    byNumber.get(connection)!.isIntact = !ended.has(connection);
  });
  return served;
}

/** Begins to send numbers, from 1 on, every few ms. */
async function send(tab: Page, url: string): Promise<void> {
  await tab.evaluate(async (url) => {
    const client = gundam.connect(
      gundam.resilient({
        url,
        retryFun: () => ({ retries: Infinity, timeout: 100 }),
        sendQueue: { maxMessages: 100_000 },
      }),
    );
    const told: typeof sender.told = [];
    const thrownAway: number[] = [];
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (this: WebSocket, message) {
      if (this.readyState !== WebSocket.OPEN) thrownAway.push(Number(message));
      send.call(this, message);
    };
    client.on("drop", ({ message, outcome }) => told.push([Number(message), outcome]));
    await client.ready();
    const timer = setInterval(() => {
      const message = ++sender.sent;
      if (message % 7 > 0) client.send(String(message));
      else
        gundam.deliver(client, String(message)).then(
          () => told.push([message, "flushed"]),
          // What is dropped was told by the event.
          () => {},
        );
    }, 5);
    globalThis.sender = {
      sent: 0,
      told,
      thrownAway,
      stop: async () => {
        clearInterval(timer);
        client.send(String(++sender.sent));
        await gundam.flush(client);
      },
    };
  }, url);
}
