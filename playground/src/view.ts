// The view that is shown, by the fragment of the page's address.

import { type ReadonlySignal, signal } from "@preact/signals";

/** The first is shown when the address asks for none. */
export const views = ["race", "connection", "storm"] as const;

export type View = (typeof views)[number];

const shown = signal<View>(read());

addEventListener("hashchange", () => {
  shown.value = read();
});

export const view: ReadonlySignal<View> = shown;

function read(): View {
  return views.find((name) => location.hash === `#${name}`) ?? views[0];
}
