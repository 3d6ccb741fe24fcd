// What a Node service is not offered, where its project has no types of a page or the condition `node` has chosen.

import { connect, type platform } from "gundam";
import type { Equal, Expect } from "./expect.js";

type _Platform = Expect<Equal<typeof platform, "node">>;
// @ts-expect-error: a Node client takes strings and bytes.
connect({ url: "wss://example.org/" }).send(new Blob(["text"]));
