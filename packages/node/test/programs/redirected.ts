// A client that follows redirects, and trusts whom NODE_EXTRA_CA_CERTS names: it says whether it came through, and how.
// Arguments: url, options as JSON, where `checkServerIdentity` is what an own check says of every host, and a session is
// base64.

import { type ClientOptions, connect, info } from "../../src/index.ts";

const [url, given] = process.argv.slice(2) as [string, string];
const { headers, tlsOpts = {} } = JSON.parse(given);
const { checkServerIdentity, session, ...others } = tlsOpts;

const options: ClientOptions = {
  url,
  headers,
  retry: 0,
  httpOpts: { maxRedirects: 5 },
  tlsOpts: {
    ...others,
    ...(checkServerIdentity === undefined ? {} : { checkServerIdentity: () => undefined }),
    ...(session === undefined ? {} : { session: Buffer.from(session, "base64") }),
  },
};
const client = connect(options);
client.on("error", ({ message }) => console.log(JSON.stringify({ error: message })));
client.on("connect", () => {
  const { tls } = info(client) as { tls?: { sessionReused: boolean } };
  console.log(JSON.stringify({ sessionReused: tls?.sessionReused }));
  client.terminate();
});
