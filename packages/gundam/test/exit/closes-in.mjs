// A process that starts a client, waits until it is in the given situation, closes it, and does nothing more: it must
// end by itself.

// `onClose` waits its turn for as long as a callback may hold the lifecycle, and so does the process: for a second, which is
// longer than a busy machine takes from one line here to the next.
import { connect, WebSocketClient } from "gundam";

const [situation, url] = process.argv.slice(2);
const never = () => new Promise(() => {});

const situations = {
  idle: () => new WebSocketClient({ url }),
  preparing: () => connect({ url: never }),
  lookup: () => started("lookup", { url: "ws://name.test/", tcpOpts: { lookup() {} } }),
  tcp: () => started("tcp", { url }),
  tls: () => started("tls", { url: url.replace("ws:", "wss:") }),
  upgrade: () => started("upgrade", { url }),
  greeting: () => opened({ url, onConnect: never, callbackTimeout: 1000 }),
  open: () => opened({ url }),
  "open, with a slow onMessage": async () => {
    const client = await opened({ url, onMessage: never, callbackTimeout: 1000 });
    client.send("hello");
    await new Promise((resolve) => client.once("message", resolve));
    return client;
  },
  deciding: async () => {
    const client = connect({ url, shouldRetry: never });
    await new Promise((resolve) => client.once("error", resolve));
    return client;
  },
  waiting: async () => {
    const client = connect({ url, retryTimeout: 3_600_000, onError() {} });
    await new Promise((resolve) => client.once("retry", resolve));
    return client;
  },
  "closing, with a peer that never answers": async () => {
    const client = await opened({ url, wsOpts: { closingTimeout: 50 } });
    client.close(4000, "first");
    return client;
  },
  closed: async () => {
    const client = connect({ url, retry: 0 });
    await new Promise((resolve) => client.once("close", resolve));
    return client;
  },
};

async function started(phase, options) {
  const client = connect(options);
  await new Promise((resolve) =>
    client.on("phase", (event) => event.phase === phase && event.type === "start" && resolve()),
  );
  return client;
}

async function opened(options) {
  const client = connect(options);
  await new Promise((resolve) => client.once("connect", resolve));
  return client;
}

const client = await situations[situation]();
process.stdout.write(`${client.phase}\n`);
await client.close();
process.stdout.write(`${client.phase}\n`);
