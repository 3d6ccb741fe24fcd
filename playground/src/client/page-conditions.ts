// What the page is made to go through, as signals.

import type { Platform } from "@gundam/core";
import { PageConditions as Conditions } from "@gundam/testing/in-page";
import { type ReadonlySignal, signal } from "@preact/signals";

export class PageConditions {
  readonly #conditions: Conditions = new Conditions();
  readonly #isOffline = signal(false);
  readonly #isHidden = signal(false);

  get isOffline(): ReadonlySignal<boolean> {
    return this.#isOffline;
  }

  get isHidden(): ReadonlySignal<boolean> {
    return this.#isHidden;
  }

  goOffline(): void {
    this.#isOffline.value = true;
    this.#conditions.goOffline();
  }

  goOnline(): void {
    this.#isOffline.value = false;
    this.#conditions.goOnline();
  }

  hide(): void {
    this.#isHidden.value = true;
    this.#conditions.hide();
  }

  show(): void {
    this.#isHidden.value = false;
    this.#conditions.show();
  }

  /** The platform, on a page that goes through this. */
  lay(platform: Platform): Platform {
    return this.#conditions.lay(platform);
  }
}
