// Options that a WebSocket face cannot take, because the interface says them in its own way.

import { OptionError } from "../errors.ts";

/** Why an option is refused, by its name. */
export type Refusals = Readonly<Record<string, string>>;

/** The options that a face takes: those of its platform, but for what its interface says. */
export type FaceOptions<Options extends { wsOpts?: unknown }> = Omit<Options, "url" | "state" | "wsOpts"> & {
  wsOpts?: Omit<NonNullable<Options["wsOpts"]>, "protocols" | "codec" | "userOpts" | "flow"> | undefined;
};

const events = "must be left out: there are events in place of callbacks";
const plain = "must be left out: the messages of a WebSocket are text, Blobs and bytes";

/** What no face takes. */
export const saidByInterface: Refusals = {
  url: "must be left out: it is the first argument",
  state: events,
  onConnect: events,
  onMessage: events,
  onDisconnect: events,
  onError: events,
  onClose: events,
  "wsOpts.protocols": "must be left out: they are the second argument",
  "wsOpts.codec": plain,
  "wsOpts.userOpts": plain,
  "wsOpts.flow": "must be left out: there is no updateFlow()",
};

/** Throws an `OptionError` for the first option that has a refusal. */
export function refuseOptions(refusals: Refusals, options: object, path = ""): void {
  for (const [name, value] of Object.entries(options)) {
    const refusal = refusals[path + name];
    if (refusal !== undefined && value !== undefined) throw new OptionError(path + name, value, refusal);
    if (name === "wsOpts" && Object(value) === value) refuseOptions(refusals, value as object, "wsOpts.");
  }
}
