// Where the states stand and how the edges run, wide and narrow. Only geometry: which states and edges there are is the
// table's to say. A state that has no place gets one below all others, an edge that has no route finds one round the states.

import type { StateName } from "@gundam/core/lifecycle";
import { findDetour, type Point } from "./detour.ts";
import { type Edge, keyOf, stateNames } from "./edges.ts";

export interface Route {
  /** An SVG path. */
  readonly path: string;
  /** Where its words stand; without it they are not drawn. */
  readonly words?: { readonly x: number; readonly y: number; readonly anchor: "start" | "middle" | "end" };
}

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly node: { readonly width: number; readonly height: number };
  /** Centres. */
  readonly places: ReadonlyMap<StateName, Point>;
  /** The everyday edges, by `from>to`; the others are drawn only when they are taken. */
  readonly routes: Readonly<Record<string, Route>>;
}

const words = (x: number, y: number, anchor: "start" | "middle" | "end" = "middle") => ({ x, y, anchor });

export const wide: Drawing = withEveryState({
  width: 864,
  height: 340,
  node: { width: 110, height: 42 },
  places: places({
    idle: [62, 92],
    settling: [210, 92],
    preparing: [358, 92],
    connecting: [506, 92],
    greeting: [654, 92],
    open: [802, 92],
    waiting: [210, 206],
    deciding: [506, 206],
    ending: [654, 206],
    closing: [802, 206],
    closed: [506, 312],
  }),
  routes: {
    "idle>settling": { path: "M117 92H153", words: words(136, 64) },
    "settling>preparing": { path: "M265 92H301", words: words(284, 64) },
    "preparing>connecting": { path: "M413 92H449", words: words(432, 64) },
    "connecting>greeting": { path: "M561 92H597", words: words(580, 64) },
    "greeting>open": { path: "M709 92H745", words: words(728, 64) },
    "open>settling": { path: "M802 71C790 3 222 3 212 69", words: words(506, 12) },
    "greeting>settling": { path: "M646 71C620 18 260 18 228 69" },
    "preparing>deciding": { path: "M374 113C378 152 440 160 474 183", words: words(414, 142, "start") },
    "connecting>deciding": { path: "M506 113V183", words: words(513, 146, "start") },
    "greeting>deciding": { path: "M632 113C628 150 600 168 557 184" },
    "greeting>ending": { path: "M654 113V183", words: words(661, 146, "start") },
    "open>ending": { path: "M768 113C762 146 730 170 697 184" },
    "ending>deciding": { path: "M599 206H563", words: words(571, 241) },
    "open>deciding": {
      path: "M784 113C776 158 728 148 728 190V222C728 256 700 264 656 264C600 264 532 268 528 230",
      words: words(652, 280),
    },
    "open>closing": { path: "M806 113V183", words: words(813, 152, "start") },
    "deciding>waiting": { path: "M451 212H267", words: words(358, 228) },
    "waiting>settling": { path: "M210 185V115", words: words(203, 168, "end") },
    "deciding>closed": { path: "M506 227V289", words: words(499, 262, "end") },
    "deciding>settling": { path: "M451 198C380 190 310 150 250 115", words: words(300, 172) },
    "closing>closed": { path: "M802 227C802 290 700 312 563 312", words: words(730, 312, "start") },
    "closed>settling": {
      path: "M451 312H190C100 312 62 280 62 230C62 160 100 142 168 115",
      words: words(320, 306),
    },
  },
});

export const narrow: Drawing = withEveryState({
  width: 360,
  height: 442,
  node: { width: 106, height: 40 },
  places: places({
    idle: [80, 26],
    settling: [80, 104],
    preparing: [80, 182],
    connecting: [80, 260],
    greeting: [80, 338],
    open: [80, 416],
    closed: [278, 26],
    waiting: [278, 104],
    deciding: [278, 260],
    ending: [278, 338],
    closing: [278, 416],
  }),
  routes: {
    "idle>settling": { path: "M80 46V82", words: words(73, 68, "end") },
    "settling>preparing": { path: "M80 124V160", words: words(87, 146, "start") },
    "preparing>connecting": { path: "M80 202V238", words: words(87, 224, "start") },
    "connecting>greeting": { path: "M80 280V316", words: words(87, 302, "start") },
    "greeting>open": { path: "M80 358V394", words: words(87, 380, "start") },
    "open>settling": { path: "M27 416C7 416 8 390 8 370V150C8 112 12 104 25 104" },
    "preparing>deciding": { path: "M133 188C176 196 204 220 226 241" },
    "connecting>deciding": { path: "M133 260H223", words: words(178, 253) },
    "greeting>deciding": { path: "M133 332C175 328 200 300 230 282" },
    "open>deciding": { path: "M133 402C168 390 160 330 246 282" },
    "open>ending": { path: "M133 411C190 408 218 392 244 361", words: words(200, 376) },
    "ending>deciding": { path: "M262 318V282", words: words(269, 304, "start") },
    "open>closing": { path: "M133 418H223", words: words(178, 433) },
    "deciding>waiting": { path: "M278 240V126", words: words(285, 186, "start") },
    "waiting>settling": { path: "M225 104H135", words: words(180, 76) },
    "deciding>settling": { path: "M250 240C228 196 184 140 135 116" },
    "deciding>closed": {
      path: "M331 260C352 260 352 246 352 226V60C352 34 348 26 334 26",
      words: words(346, 68, "end"),
    },
    "closing>closed": {
      path: "M331 416C352 416 352 402 352 382V60C352 34 348 26 334 26",
      words: words(346, 382, "end"),
    },
    "closed>settling": { path: "M225 40C190 54 116 46 106 82", words: words(170, 20) },
  },
});

/** An edge's route; when none is drawn here, a way round the states. */
export function routeOf(drawing: Drawing, edge: Pick<Edge, "from" | "to">): Route {
  const key = keyOf(edge);
  const known = drawing.routes[key] ?? detours.get(drawing)?.get(key);
  if (known !== undefined) return known;
  const { width, height, node, places } = drawing;
  const [from, to] = [places.get(edge.from)!, places.get(edge.to)!];
  const path = findDetour(from, to, { width, height, node, centres: [...places.values()] });
  const route = { path: path ?? `M${from.x} ${from.y}L${to.x} ${to.y}` };
  if (!detours.has(drawing)) detours.set(drawing, new Map());
  detours.get(drawing)!.set(key, route);
  return route;
}

/** Those found so far. */
const detours: Map<Drawing, Map<string, Route>> = new Map();

const directions: Readonly<Record<string, Point>> = {
  ArrowRight: { x: 1, y: 0 },
  ArrowLeft: { x: -1, y: 0 },
  ArrowDown: { x: 0, y: 1 },
  ArrowUp: { x: 0, y: -1 },
};

/** The nearest state in an arrow key's direction, rather straight ahead than aside. */
export function neighbourOf({ places }: Drawing, name: StateName, key: string): StateName | undefined {
  const direction = directions[key];
  if (direction === undefined) return undefined;
  const from = places.get(name)!;
  const distances = [...places].flatMap(([other, { x, y }]) => {
    const [dx, dy] = [x - from.x, y - from.y];
    const ahead = dx * direction.x + dy * direction.y;
    const aside = Math.abs(dx * direction.y) + Math.abs(dy * direction.x);
    return ahead > 0 ? [{ other, distance: ahead + 2 * aside }] : [];
  });
  return distances.sort((one, two) => one.distance - two.distance)[0]?.other;
}

function places(centres: Readonly<Record<string, readonly [number, number]>>): ReadonlyMap<StateName, Point> {
  return new Map(Object.entries(centres).map(([name, [x, y]]) => [name as StateName, { x, y }]));
}

function withEveryState(drawing: Drawing): Drawing {
  const homeless = stateNames.filter((name) => !drawing.places.has(name));
  if (homeless.length === 0) return drawing;
  const y = drawing.height + drawing.node.height / 2;
  const pitch = drawing.node.width + 8;
  const added = homeless.map((name, index) => [name, { x: pitch * (index + 0.5), y }] as const);
  return {
    ...drawing,
    height: drawing.height + drawing.node.height + 8,
    places: new Map([...drawing.places, ...added]),
  };
}
