// The view that is shown, by the fragment of the page's address; with `?embed` in it, one incident and nothing else.

import { type ReadonlySignal, signal } from "@preact/signals";

/** The first is shown when the address asks for none. */
export const views = ["race", "connection", "storm"] as const;

export type View = (typeof views)[number] | "embed";

const shown = signal<View>(read());

addEventListener("hashchange", () => {
  shown.value = read();
});

export const view: ReadonlySignal<View> = shown;

function read(): View {
  if (new URLSearchParams(location.search).has("embed")) return "embed";
  return views.find((name) => location.hash === `#${name}`) ?? views[0];
}
