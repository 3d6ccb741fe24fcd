// What a page has besides: in every project with DOM types, but for those where the condition `node` has chosen Node's side.

import { connect, type Sendable } from "gundam";
import type { Expect } from "./expect.js";

const client = connect({ url: "/feed", pageSignals: { code: 4000, reason: "left" } });
client.send(new Blob(["text"]));
type _Blob = Expect<Blob extends Sendable ? true : false>;
client.on("drop", ({ message }) => client.send(message));
document.addEventListener("visibilitychange", () => client.reconnect(), { signal: client.connectionSignal });
