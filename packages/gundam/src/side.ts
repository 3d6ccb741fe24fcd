// Which side it is, by the types of the global scope.

export type OnNode = typeof globalThis extends { process: { versions: { node: string } } } ? true : false;

/** Node's own types look for the same, to see whether those of a page are there. */
export type InPage = OnNode extends false
  ? true
  : typeof globalThis extends { onmessage: unknown }
    ? true
    : false;
