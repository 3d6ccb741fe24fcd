// What library-facts.ts makes of the library when the page is built.

declare module "virtual:library-facts" {
  import type { EventName, StateName } from "@gundam/core/lifecycle";

  /** One cell of the transition table, and where it can lead. */
  export interface Cell {
    readonly state: StateName;
    readonly event: EventName;
    readonly kind: "ignore" | "late" | "impossible" | "handled";
    /** `condition`: in words, or "". */
    readonly next: readonly { readonly name: StateName; readonly condition: string }[];
  }

  /** An option's docstring. */
  export interface OptionDoc {
    readonly text: string;
    readonly unit?: string;
    readonly default?: string;
  }

  export const cells: readonly Cell[];
  /** By the option's path, e.g. `wsOpts.closingTimeout`. */
  export const docs: Readonly<Record<string, OptionDoc>>;
}

declare module "virtual:library-versions" {
  /** Of the libraries that the page depends on, by their names. */
  export const versions: Readonly<Record<string, string>>;
}
