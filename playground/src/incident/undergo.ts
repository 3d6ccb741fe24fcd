// What an incident has the page go through.

import type { PageCondition } from "./incident.ts";

/** A page that goes through it, or its pretender. */
interface Page {
  goOffline(): void;
  goOnline(): void;
  hide(): void;
  show(): void;
}

export function undergo(condition: PageCondition, page: Page): void {
  switch (condition) {
    case "offline":
      return page.goOffline();
    case "online":
      return page.goOnline();
    case "hide":
      return page.hide();
    case "show":
      return page.show();
  }
}
