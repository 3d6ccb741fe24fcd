// The page's views, each of which comes over the wire when it is wanted. Race: clients side by side under one fault.
// Connection: one client, all that is to be seen of it, and all that can be done to it. Storm: a fleet, simulated.

import { effect, signal } from "@preact/signals";
import type { VNode } from "preact";
import { type View, view } from "./view.ts";

const load: Readonly<Record<View, () => Promise<() => VNode>>> = {
  race: async () => (await import("./race/race-view.tsx")).RaceView,
  connection: async () => (await import("./bench.tsx")).Bench,
  storm: async () => (await import("./storm/storm-view.tsx")).StormView,
  embed: async () =>
    new URLSearchParams(location.search).get("embed") === "race"
      ? (await import("./race/race-embed.tsx")).RaceEmbed
      : (await import("./incident/embed-view.tsx")).EmbedView,
};

/** The view of before until that of now has arrived. */
const content = signal<(() => VNode) | undefined>(undefined);

/** Resolves when there is something to show; until then what index.html has painted stays. */
export const arrival: Promise<void> = new Promise((resolve) => {
  effect(() => {
    const wanted = view.value;
    const show = (View: () => VNode) => {
      if (view.peek() === wanted) content.value = View;
      resolve();
    };
    load[wanted]().then(show, (error: Error) => show(() => <Missing name={wanted} error={error} />));
  });
});

export function App() {
  const Content = content.value;
  return Content && <Content />;
}

function Missing({ name, error }: { name: View; error: Error }) {
  return (
    <main class="missing">
      <p class="problem" role="alert">
        The view “{name}” did not arrive: {error.message}. Reload the page.
      </p>
    </main>
  );
}
