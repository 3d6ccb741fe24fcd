// What a Node service has besides.

import { readFile } from "node:fs/promises";
import {
  type ClientOptions,
  type CookieStore,
  connect,
  info,
  type NodeClientInfo,
  nodePlatform,
  proxyFromEnv,
  resilient,
  supervisor,
  type TcpOpts,
} from "gundam";
import type { Equal, Expect } from "./expect.js";

const tcpOpts: TcpOpts = {
  proxy: proxyFromEnv(),
  proxyHeaders: ({ response, proxy }) => (response ? { "proxy-authorization": proxy } : undefined),
  lookup: (_hostname, _options, found) => found(null, "127.0.0.1", 4),
  family: 4,
};
const cookies: CookieStore = { getCookieString: async () => "a=b", setCookie: () => undefined };

const client = connect(
  resilient({
    url: "wss://example.org/",
    headers: { authorization: "Bearer a" },
    tcpOpts,
    tlsOpts: async ({ url }) => ({
      ca: await readFile("ca.pem"),
      servername: new URL(url).hostname,
      minVersion: "TLSv1.3",
    }),
    httpOpts: { maxRedirects: 3, upgradeTimeout: undefined },
    cookieStore: cookies,
    wsOpts: { compress: { level: 9 }, maxPayload: 1024, maxFrameSize: Infinity, keepalive: 10_000 },
    transport: "tls",
    onMessage: (message) => Buffer.from(message as Uint8Array).toString("base64"),
  }),
);
client.send(Buffer.from("text"));
client.unref().ref();
type _Info = Expect<Equal<ReturnType<typeof info>, NodeClientInfo>>;
const facts: [string | undefined, number | undefined, boolean | undefined] = [
  info(client).remoteAddress,
  info(client).bytesRead,
  info(client).tls?.authorized,
];
void facts;
void nodePlatform.name;
process.once("SIGTERM", () => void supervisor.shutdown());

// @ts-expect-error: it is no version of TLS.
connect({ url: "wss://example.org/", tlsOpts: { minVersion: "TLSv9" } });
// @ts-expect-error: it is 4, 6 or 0.
connect({ url: "wss://example.org/", tcpOpts: { family: 5 } });
// @ts-expect-error: it is none of its options.
connect({ url: "wss://example.org/", httpOpts: { redirects: 5 } });

export const options: ClientOptions<{ token: string }> = {
  url: "wss://example.org/",
  tcpOpts: { noDelay: undefined },
};
