// Node's own types of which ours speak. A page's project reads our declarations, too, and may have no types of Node: there
// these are `any`, and no error. (Of comments before an import only such a one stays in the declarations.)

// biome-ignore lint/suspicious/noTsIgnore: here it is no error, and an expected one would be missed.
/** @ts-ignore */
export type { LookupFunction } from "node:net";
// biome-ignore lint/suspicious/noTsIgnore: likewise.
/** @ts-ignore */
export type { ConnectionOptions } from "node:tls";
