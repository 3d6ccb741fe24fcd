import { readFileSync } from "node:fs";
import { addressOf, expect, quickly, test, unstable } from "./playground.ts";

/** The edges of the diagram in ARCHITECTURE.md, which is generated from the library's table. */
function documentedEdges(): string[] {
  const text = readFileSync(new URL("../../ARCHITECTURE.md", import.meta.url), "utf8");
  const diagram = text.slice(text.indexOf("stateDiagram-v2"), text.indexOf("end note"));
  return [...diagram.matchAll(/^ {2}(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from}>${to}`);
}

test("the chart has the library's states and edges, and none of its own", async ({ playground }) => {
  const { page } = playground;
  await playground.open();
  const documented = documentedEdges();
  expect(documented.length).toBeGreaterThan(20);
  const states = [...new Set(documented.flatMap((edge) => edge.split(">")))];
  const shown = await page.locator(".statechart .state").allTextContents();
  expect(shown.sort()).toEqual(states.sort());
  const drawn = await page
    .locator(".statechart .edge")
    .evaluateAll((edges) => edges.map((edge) => edge.getAttribute("data-edge")!));
  expect(drawn.length).toBeGreaterThan(15);
  // To closed also lead what the diagram's note tells of.
  for (const edge of drawn) if (!edge.endsWith(">closed")) expect(documented).toContain(edge);
});

test("it shows the state of now, its deadline, and the edge just taken", async ({ playground }) => {
  const { page } = playground;
  await playground.open(`${unstable}&retryTimeout=60000`);
  const now = page.locator(".statechart .now");
  const taken = page.locator(".statechart .taken");
  await expect(now).toHaveText("open");
  await expect(taken).toHaveAttribute("data-edge", "greeting>open");
  await playground.break("Drop it");
  await expect(now).toHaveText(/^waiting5\d\.\d s$/);
  await expect(taken).toHaveAttribute("data-edge", "deciding>waiting");
  await expect(page.locator(".statechart figcaption")).toContainText("Came from deciding by decided.");
  // An edge that is not drawn otherwise.
  await playground.press("Terminate");
  await expect(taken).toHaveAttribute("data-edge", "waiting>closed");
});

test("it shows a connection that ends, and what is sent then waits for the next one @slow", async ({
  secluded: playground,
}) => {
  const { page } = playground;
  await page.clock.install();
  await page.goto(addressOf(`server=in-page&${quickly}`));
  await playground.expectState("open");
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000);
  await playground.break("Close, keep TCP up");
  await page.clock.runFor(100);
  await playground.send("for the next one");
  await page.clock.runFor(100);
  await playground.expectState("ending");
  await expect(playground.status).toContainText("The server has ended the connection");
  await expect(page.locator(".statechart .now")).toHaveText(/^ending[0-3]\.\d s$/);
  await expect(page.locator(".statechart .taken")).toHaveAttribute("data-edge", "open>ending");
  await playground.expectOutcome("for the next one", "queued");
  await page.clock.runFor(2500);
  await expect(playground.event("client", "disconnect", "closed by the server with code 4001")).toHaveCount(
    1,
  );
  await playground.expectState("open");
  await playground.expectOutcome("for the next one", "flushed");
  await expect(playground.message("in", "for the next one")).toHaveCount(1);
});

test("a state tells what it means to who points at it, and to who comes by keyboard", async ({
  playground,
}) => {
  const { page } = playground;
  await playground.open();
  const chart = page.getByRole("region", { name: "Lifecycle of client A" });
  const state = (name: string) => chart.getByRole("button", { name, exact: true });
  const told = chart.getByRole("tooltip");
  await state("waiting").hover();
  await expect(told).toHaveText("waiting Not connected. The next attempt comes by itself.");
  await told.hover();
  await expect(told).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(told).toHaveCount(0);

  // One stop for all: the state of now.
  await expect(chart.locator(".state-button[tabindex='0']")).toHaveAttribute("aria-label", "open");
  await state("open").focus();
  await expect(told).toContainText("Messages go both ways.");
  await page.keyboard.press("ArrowLeft");
  await expect(state("greeting")).toBeFocused();
  await expect(state("greeting")).toHaveCSS("outline-style", "solid");
  await expect(state("greeting")).toHaveAccessibleDescription(/while onConnect is still running/);
  await expect(told).toContainText("while onConnect is still running");
  await page.keyboard.press("Escape");
  await expect(told).toHaveCount(0);
  await expect(state("greeting")).toBeFocused();
});

for (const [drawing, width] of [
  ["wide", 1280],
  ["narrow", 360],
] as const) {
  test(`the ${drawing} chart is easy to read: its words stand clear of all else`, async ({ playground }) => {
    const { page } = playground;
    await page.setViewportSize({ width, height: 800 });
    await playground.open();
    await expect(page.locator(`.statechart [data-drawing="${drawing}"]`)).toBeVisible();
    expect(await page.locator(".statechart svg").evaluate(findCollisions)).toEqual([]);
  });
}

/** Words of edges that lie on other words, a state or a line, or that leave the drawing. Runs in the page. */
function findCollisions(chart: Element): string[] {
  const svg = chart as SVGSVGElement;
  const shown = (element: Element) => element.getBoundingClientRect();
  const words = [...svg.querySelectorAll(".edge text")];
  const states = [...svg.querySelectorAll(".state")];
  const lines = [...svg.querySelectorAll<SVGPathElement>(".edge path:first-child")].map((path) => {
    const matrix = path.getScreenCTM()!;
    const length = path.getTotalLength();
    const at = (distance: number) => path.getPointAtLength(distance).matrixTransform(matrix);
    const points = Array.from({ length: Math.ceil(length) + 1 }, (_, distance) => at(distance));
    return { name: path.parentElement!.dataset.edge!, points };
  });
  const overlap = (one: DOMRect, other: DOMRect) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  const holds = ({ left, right, top, bottom }: DOMRect, { x, y }: DOMPoint) =>
    left < x && x < right && top < y && y < bottom;
  return words.flatMap((word, index) => {
    const box = shown(word);
    const whole = shown(svg);
    const problems = [
      ...words.slice(index + 1).filter((other) => overlap(box, shown(other))),
      ...states.filter((state) => overlap(box, shown(state))),
    ].map(({ textContent }) => textContent);
    for (const { name, points } of lines) {
      if (points.some((point) => holds(box, point))) problems.push(name);
    }
    if (box.left < whole.left || box.right > whole.right) problems.push("the border");
    const edge = word.parentElement!.dataset.edge;
    return problems.map((problem) => `${word.textContent} of ${edge} lies on ${problem}`);
  });
}
