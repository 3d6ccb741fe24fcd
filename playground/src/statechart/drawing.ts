// Where the states stand and how the edges run, wide and narrow. Only geometry: which states and edges there are is the
// table's to say. A state that has no place gets one below all others, an edge that has no route is drawn straight.

import type { StateName } from "@gundam/core/lifecycle";
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

interface Point {
  readonly x: number;
  readonly y: number;
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
    closing: [802, 206],
    closed: [506, 306],
  }),
  routes: {
    "idle>settling": { path: "M117 92H153", words: words(136, 64) },
    "settling>preparing": { path: "M265 92H301", words: words(284, 64) },
    "preparing>connecting": { path: "M413 92H449", words: words(432, 64) },
    "connecting>greeting": { path: "M561 92H597", words: words(580, 64) },
    "greeting>open": { path: "M709 92H745", words: words(728, 64) },
    "open>settling": { path: "M802 71C790 0 222 0 212 69", words: words(506, 14) },
    "greeting>settling": { path: "M646 71C620 18 260 18 228 69" },
    "preparing>deciding": { path: "M362 113C372 160 410 190 449 200", words: words(392, 180, "end") },
    "connecting>deciding": { path: "M506 113V183", words: words(513, 146, "start") },
    "greeting>deciding": { path: "M646 113C636 150 600 184 563 196" },
    "open>deciding": { path: "M790 113C770 190 660 212 563 208", words: words(668, 222) },
    "open>closing": { path: "M806 113V183", words: words(813, 152, "start") },
    "greeting>closing": { path: "M672 113C690 150 720 184 745 196" },
    "deciding>waiting": { path: "M451 208H267", words: words(340, 224) },
    "waiting>settling": { path: "M210 185V115", words: words(203, 152, "end") },
    "deciding>closed": { path: "M506 227V283", words: words(513, 260, "start") },
    "deciding>settling": { path: "M462 185C400 150 320 150 252 115", words: words(300, 168) },
    "closing>closed": { path: "M802 227C802 290 700 306 563 306", words: words(730, 306, "start") },
    "closed>settling": {
      path: "M451 306C250 306 110 290 110 206C110 160 150 130 178 115",
      words: words(236, 294),
    },
  },
});

export const narrow: Drawing = withEveryState({
  width: 360,
  height: 470,
  node: { width: 112, height: 40 },
  places: places({
    idle: [82, 26],
    settling: [82, 104],
    preparing: [82, 182],
    connecting: [82, 260],
    greeting: [82, 338],
    open: [82, 416],
    waiting: [276, 104],
    deciding: [276, 260],
    closed: [276, 338],
    closing: [276, 416],
  }),
  routes: {
    "idle>settling": { path: "M82 46V82", words: words(75, 68, "end") },
    "settling>preparing": { path: "M82 124V160", words: words(89, 146, "start") },
    "preparing>connecting": { path: "M82 202V238", words: words(89, 224, "start") },
    "connecting>greeting": { path: "M82 280V316", words: words(89, 302, "start") },
    "greeting>open": { path: "M82 358V394", words: words(89, 380, "start") },
    "open>settling": { path: "M26 416C6 416 8 390 8 370V150C8 112 12 104 24 104" },
    "preparing>deciding": { path: "M138 186C190 192 214 224 238 238" },
    "connecting>deciding": { path: "M138 260H218", words: words(178, 253) },
    "greeting>deciding": { path: "M138 334C180 328 205 300 236 281" },
    "open>deciding": { path: "M138 410C190 396 220 330 250 282" },
    "open>closing": { path: "M138 418H218", words: words(178, 433) },
    "deciding>waiting": { path: "M276 240V126", words: words(283, 186, "start") },
    "waiting>settling": { path: "M220 104H140", words: words(180, 79) },
    "deciding>settling": { path: "M232 240C200 190 180 150 140 118" },
    "deciding>closed": { path: "M276 280V316", words: words(283, 302, "start") },
    "closing>closed": { path: "M276 396V360", words: words(283, 382, "start") },
    "closed>settling": {
      path: "M332 338C352 338 352 320 352 300V80C352 58 330 56 300 56H150C124 56 112 66 106 82",
    },
  },
});

/** An edge's path; straight between the borders when it has no route. */
export function routeOf(drawing: Drawing, edge: Pick<Edge, "from" | "to">): Route {
  const route = drawing.routes[keyOf(edge)];
  if (route !== undefined) return route;
  const from = drawing.places.get(edge.from)!;
  const to = drawing.places.get(edge.to)!;
  const [start, end] = [borderOf(drawing, from, to), borderOf(drawing, to, from)];
  return { path: `M${start.x} ${start.y}L${end.x} ${end.y}` };
}

/** Where the line from a state's centre towards a point leaves the state, and a little further. */
function borderOf({ node }: Drawing, centre: Point, towards: Point): Point {
  const [dx, dy] = [towards.x - centre.x, towards.y - centre.y];
  const gap = 3;
  const share = Math.min((node.width / 2 + gap) / Math.abs(dx), (node.height / 2 + gap) / Math.abs(dy));
  return { x: Math.round(centre.x + dx * share), y: Math.round(centre.y + dy * share) };
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
