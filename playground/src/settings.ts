// The settings that a connection can be tried with.

import type { ClientOptions } from "gundam";

export interface Preset {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly options: Omit<ClientOptions, "url">;
}

export const presets: readonly [Preset, ...Preset[]] = [
  {
    id: "faithful",
    label: "Faithful defaults",
    description: "5 retries, 5 s apart",
    options: {},
  },
  {
    id: "quick",
    label: "Quick retries",
    description: "never gives up, 1 s apart",
    options: { retry: Infinity, retryTimeout: 1000 },
  },
];

/** What a client is started with; compared as a whole. */
export interface Settings {
  readonly url: string;
  readonly preset: Preset;
}

export function isSame(one: Settings, other: Settings): boolean {
  return one.url === other.url && one.preset === other.preset;
}
