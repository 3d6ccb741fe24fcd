// What a program does with the package that it has installed, step by step, the same in every runtime. It is bundled where
// runtimes load nothing by themselves.

/** How long a step may take, in ms: Firefox delays a reconnect after a connection that broke. */
const PATIENCE = 20_000;

const text = "an echo: ✓ 𝌆";
const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
const headers = { Authorization: "Bearer of-the-program" };

/**
 * @param gundam what `gundam` exports
 * @param websocket what `gundam/websocket` exports; undefined where nothing could be done with it
 * @param url of an echo server that drops a connection when it reads "drop"
 * @returns what was seen of each step, "✓" where that is all: the first that fails says why, and is the last
 */
export async function tryOut(gundam, websocket, url) {
  const seen = {};
  const steps = stepsOf(gundam, websocket, url);
  for (const [name, step] of Object.entries(steps)) {
    try {
      seen[name] = (await within(PATIENCE, step())) ?? "✓";
    } catch (error) {
      seen[name] = `failed: ${error?.stack ?? error}`;
      break;
    }
  }
  return seen;
}

function stepsOf({ connect, deliver, info, ping, platform, resilient }, websocket, url) {
  const story = [];
  const errors = [];
  let client;
  const next = (event) => new Promise((resolve) => client.once(event, resolve));
  const echoOf = async (message) => {
    const told = next("message");
    client.send(message);
    return told;
  };
  return {
    side: async () => platform,
    connect: async () => {
      const options = {
        url,
        headers,
        onConnect: () => void story.push("connect"),
        onError: (error) => void errors.push(error),
        onDisconnect: () => void story.push("disconnect"),
        onClose: (code) => void story.push(`close ${code}`),
      };
      client = connect(resilient(options));
      await client.ready();
    },
    text: async () => expectSame(await echoOf(text), text),
    binary: async () => {
      const echo = await echoOf(bytes);
      expectSame(echo instanceof Uint8Array, true);
      expectSame(String(echo), String(bytes));
    },
    // The platform has taken it, or the server has answered.
    deliver: async () => {
      await deliver(client, text);
      expectSame(`${errors}`, "");
    },
    headers: async () => {
      const { ignoredOptions } = info(client);
      if (ignoredOptions.includes("headers")) return "ignored";
      expectSame(`${ignoredOptions}`, "");
      expectSame((await ping(client)) >= 0, true);
    },
    reconnect: async () => {
      const again = next("connect");
      client.send("drop");
      await again;
      expectSame(await echoOf(text), text);
      // A connection that is opened anew because the program says so, besides.
      await client.reconnect();
      await client.ready();
      expectSame(await echoOf(text), text);
    },
    close: async () => {
      await client.close();
      const told = story.filter((event) => event !== "disconnect");
      expectSame(`${told}`, "connect,connect,connect,close 1000");
    },
    ...(websocket && { ReconnectingWebSocket: async () => tryFace(websocket) }),
  };

  async function tryFace({ ReconnectingWebSocket }) {
    const socket = new ReconnectingWebSocket(url);
    const heard = (type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
    await heard("open");
    const echo = heard("message");
    socket.send(text);
    expectSame((await echo).data, text);
    const end = heard("close");
    socket.close();
    await end;
    // A client that lives on keeps no process that it is not to.
    if (platform === "node") connect({ url, headers }).unref();
  }
}

function expectSame(value, expected) {
  if (value !== expected) throw new Error(`${String(value).slice(0, 200)} instead of ${expected}`);
}

/** The same promise, which fails when it takes too long. */
async function within(patience, promise) {
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${patience} ms`)), patience);
  });
  try {
    return await Promise.race([promise, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
