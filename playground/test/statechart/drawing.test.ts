import { describe, expect, test } from "vitest";
import { type Drawing, narrow, routeOf, wide } from "../../src/statechart/drawing.ts";
import { edges, keyOf } from "../../src/statechart/edges.ts";
import { pointsOf } from "./path-points.ts";

describe.each(Object.entries({ wide, narrow }))("the %s drawing", (_, drawing) => {
  test("no edge runs through a state, be it drawn always or only when it is taken", () => {
    expect(edges.flatMap((edge) => statesInTheWay(drawing, edge))).toEqual([]);
  });

  test("no edge leaves the drawing", () => {
    const stray = edges.filter((edge) =>
      pointsOf(routeOf(drawing, edge).path).some(
        ({ x, y }) => x < 1 || y < 1 || x > drawing.width - 1 || y > drawing.height - 1,
      ),
    );
    expect(stray.map(keyOf)).toEqual([]);
  });
});

/** Of its own two states an edge touches the border alone. */
function statesInTheWay(drawing: Drawing, edge: (typeof edges)[number]): string[] {
  const points = pointsOf(routeOf(drawing, edge).path);
  const { width, height } = drawing.node;
  return [...drawing.places].flatMap(([name, centre]) => {
    const gap = name === edge.from || name === edge.to ? -1 : 3;
    const isInside = points.some(
      ({ x, y }) => Math.abs(x - centre.x) < width / 2 + gap && Math.abs(y - centre.y) < height / 2 + gap,
    );
    return isInside ? [`${keyOf(edge)} runs through ${name}`] : [];
  });
}
