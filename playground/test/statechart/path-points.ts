// Points along an SVG path of the commands that the drawings use: M, L, H, V, C and Q, all absolute.

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Of a piece. */
const POINTS = 200;

export function pointsOf(path: string): readonly Point[] {
  const points: Point[] = [];
  let at: Point = { x: 0, y: 0 };
  for (const [, command = "", text = ""] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g)) {
    const numbers = [...text.matchAll(/-?[\d.]+/g)].map(Number);
    for (const controls of pieces(command, numbers, at)) {
      for (let step = 0; step <= POINTS; step++) points.push(onBezier(controls, step / POINTS));
      at = controls.at(-1)!;
    }
  }
  return points;
}

/** The control points of each piece, its beginning and its end among them. */
function pieces(command: string, numbers: readonly number[], from: Point): readonly (readonly Point[])[] {
  const pairs = numbers.flatMap((x, index) => (index % 2 === 0 ? [{ x, y: numbers[index + 1]! }] : []));
  switch (command) {
    case "M":
      return [pairs];
    case "H":
      return [[from, { x: numbers[0]!, y: from.y }]];
    case "V":
      return [[from, { x: from.x, y: numbers[0]! }]];
    case "L":
      return chained(pairs, 1, from);
    case "Q":
      return chained(pairs, 2, from);
    case "C":
      return chained(pairs, 3, from);
    default:
      throw new Error(`the path has ${command}, which is none of M, H, V, L, Q and C`);
  }
}

function chained(points: readonly Point[], each: number, from: Point): readonly (readonly Point[])[] {
  const found: (readonly Point[])[] = [];
  for (let index = 0; index < points.length; index += each) {
    const piece = points.slice(index, index + each);
    found.push([found.at(-1)?.at(-1) ?? from, ...piece]);
  }
  return found;
}

/** De Casteljau. */
function onBezier(controls: readonly Point[], share: number): Point {
  if (controls.length === 1) return controls[0]!;
  const between = controls.slice(1).map((point, index) => ({
    x: controls[index]!.x + (point.x - controls[index]!.x) * share,
    y: controls[index]!.y + (point.y - controls[index]!.y) * share,
  }));
  return onBezier(between, share);
}
