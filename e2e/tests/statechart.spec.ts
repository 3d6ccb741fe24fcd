import { readFileSync } from "node:fs";
import { expect, test, unstable } from "./playground.ts";

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
