// The view that is shown, by the fragment of the page's address.

import { type ReadonlySignal, signal } from "@preact/signals";

export type View = "connection" | "storm";

const shown = signal<View>(read());

addEventListener("hashchange", () => {
  shown.value = read();
});

export const view: ReadonlySignal<View> = shown;

function read(): View {
  return location.hash === "#storm" ? "storm" : "connection";
}
