// What a page's project is not offered: it has no types of Node.

import { connect, info, type platform, proxyFromEnv } from "gundam";
import type { Equal, Expect } from "./expect.js";

const client = connect({ url: "/feed" });
type _Platform = Expect<Equal<typeof platform, "browser">>;
// @ts-expect-error: it is Node's alone.
proxyFromEnv();
// @ts-expect-error: a browser tells nothing of its sockets.
info(client).remoteAddress;
// @ts-expect-error: a page keeps no process alive.
client.unref();
// Known, and ignored.
connect({ url: "/feed", headers: { authorization: "a" }, tlsOpts: { ca: "a" }, wsOpts: { maxPayload: 1 } });
