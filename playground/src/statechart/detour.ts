// Finds a way for an edge that nobody has drawn: the shortest of many curves from side to side that runs through no box.

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Boxes of one size, by their centres, and the room that there is for ways. */
export interface Obstacles {
  readonly width: number;
  readonly height: number;
  readonly node: { readonly width: number; readonly height: number };
  readonly centres: readonly Point[];
}

type Curve = readonly [Point, Point, Point, Point];

const sides: readonly Point[] = [
  { x: 1, y: 0 },
  { x: -1, y: 0 },
  { x: 0, y: 1 },
  { x: 0, y: -1 },
];
/** How far a curve goes on as it has left a box, or comes straight up to one. */
const reaches = [12, 30, 60, 120, 220];
/** Between a way and the boxes that are none of its own, and the borders. */
const CLEARANCE = 5;
/** Between a way's end and its box: an arrow's head is there. */
const HEADROOM = 2;
const SAMPLES = 32;

/** An SVG path; undefined when every way is barred. */
export function findDetour(from: Point, to: Point, obstacles: Obstacles): string | undefined {
  let best: { readonly curve: Curve; readonly length: number } | undefined;
  for (const curve of curvesBetween(from, to, obstacles)) {
    const points = Array.from({ length: SAMPLES + 1 }, (_, index) => at(curve, index / SAMPLES));
    const length = lengthOf(points);
    if (length < (best?.length ?? Infinity) && isClear(points, from, to, obstacles)) best = { curve, length };
  }
  if (best === undefined) return undefined;
  const [start, ...rest] = best.curve.map(({ x, y }) => `${x} ${y}`);
  return `M${start}C${rest.join(" ")}`;
}

function* curvesBetween(from: Point, to: Point, { node }: Obstacles): Iterable<Curve> {
  for (const out of sides) {
    for (const back of sides) {
      const start = beside(from, out, node, 0);
      const end = beside(to, back, node, HEADROOM);
      for (const first of reaches) {
        for (const last of reaches) {
          yield [start, moved(start, out, first), moved(end, back, last), end];
        }
      }
    }
  }
}

/** The middle of a box's side, or so far before it. */
function beside(centre: Point, side: Point, node: Obstacles["node"], gap: number): Point {
  return moved(centre, side, (side.x === 0 ? node.height : node.width) / 2 + gap);
}

function moved({ x, y }: Point, side: Point, by: number): Point {
  return { x: x + side.x * by, y: y + side.y * by };
}

function isClear(points: readonly Point[], from: Point, to: Point, obstacles: Obstacles): boolean {
  const { width, height, node, centres } = obstacles;
  return points.every(
    (point) =>
      point.x > CLEARANCE &&
      point.y > CLEARANCE &&
      point.x < width - CLEARANCE &&
      point.y < height - CLEARANCE &&
      centres.every((centre) => {
        // It begins and ends at boxes of its own.
        const gap = centre === from || centre === to ? 0 : CLEARANCE;
        return (
          Math.abs(point.x - centre.x) >= node.width / 2 + gap ||
          Math.abs(point.y - centre.y) >= node.height / 2 + gap
        );
      }),
  );
}

function lengthOf(points: readonly Point[]): number {
  return points.reduce((sum, { x, y }, index) => {
    const before = points[index - 1] ?? { x, y };
    return sum + Math.hypot(x - before.x, y - before.y);
  }, 0);
}

/** Bernstein's polynomials of degree three. */
function at([a, b, c, d]: Curve, t: number): Point {
  const s = 1 - t;
  const along = (key: "x" | "y") =>
    s * s * s * a[key] + 3 * s * s * t * b[key] + 3 * s * t * t * c[key] + t * t * t * d[key];
  return { x: along("x"), y: along("y") };
}
