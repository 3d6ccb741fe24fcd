// A part of a view that comes over the wire by itself, after the view.

import { signal } from "@preact/signals";
import type { FunctionComponent, VNode } from "preact";

/** A component that is loaded when it is first shown; `meanwhile` keeps its place. */
export function later<Props>(
  load: () => Promise<FunctionComponent<Props>>,
  meanwhile: VNode,
): FunctionComponent<Props> {
  const loaded = signal<FunctionComponent<Props> | undefined>(undefined);
  let isAsked = false;
  return (props) => {
    if (!isAsked) {
      isAsked = true;
      void load().then((Component) => {
        loaded.value = Component;
      });
    }
    const Component = loaded.value;
    return Component === undefined ? meanwhile : <Component {...(props as Props & object)} />;
  };
}
