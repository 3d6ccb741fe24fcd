// What a program on Bun or Deno does with the package that it has installed: `program.mjs url`. It ends by itself, with 0 if
// all went as it should.

import { connect, info, ping, platform, resilient } from "gundam";
import { ReconnectingWebSocket } from "gundam/websocket";

function check(what, isSo) {
  if (isSo) return;
  console.error(`not so: ${what}`);
  process.exit(1);
}

const [url] = process.argv.slice(2);
const headers = { Authorization: "Bearer of-the-program" };
const events = [];
const client = connect(
  resilient({
    url,
    headers,
    onConnect: () => void events.push("connect"),
    onMessage: (message) => void events.push(message),
    onDisconnect: () => void events.push("disconnect"),
    onClose: (code) => void events.push(`close ${code}`),
  }),
);
const next = (event) => new Promise((resolve) => client.once(event, resolve));
const told = next("message");
await client.ready();
client.send("an echo");
await told;
check("the Node side", platform === "node");
check("nothing is ignored", info(client).ignoredOptions.length === 0);
check("a ping is answered", (await ping(client)) >= 0);
await client.reconnect();
await client.ready();
await client.close();
check(
  `the story: ${events}`,
  `${events}` === "connect,an echo,disconnect,connect,close 1000" ||
    `${events}` === "connect,an echo,connect,close 1000",
);

const socket = new ReconnectingWebSocket(url, [], { headers });
await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
await new Promise((resolve) => {
  socket.addEventListener("close", resolve, { once: true });
  socket.close();
});

// A client that lives on keeps no process that it is not to.
connect({ url, headers }).unref();
