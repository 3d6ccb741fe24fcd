// The limits on open files: what connecting meets when there is no file descriptor left, whatever it is said to be.

import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { codeOf } from "./phase.ts";

/** What to do, by the code of the limit. */
export const fileLimits: Readonly<Record<string, string>> = {
  EMFILE: "too many open files here; raise the limit of this process (ulimit -n), or close what is open",
  ENFILE: "too many open files on this machine; raise its limit (fs.file-max), or close what is open",
};

/**
 * The code of the limit that is reached now. A lookup does not tell: getaddrinfo(3) that cannot open /etc/hosts, or a
 * socket to the name server, says that there is no such host.
 */
export function reachedFileLimit(): string | undefined {
  try {
    closeSync(openSync(devNull, "r"));
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    return Object.hasOwn(fileLimits, code) ? code : undefined;
  }
}
