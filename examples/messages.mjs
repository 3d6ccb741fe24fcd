import { connect, deliver, flush, messages } from "gundam";

const client = connect({ url: process.argv[2] ?? "ws://127.0.0.1:5301/", retry: Infinity });
const heard = messages(client);
client.on("drop", ({ message, outcome, cause }) => console.log("dropped", message, outcome, cause.code));

// Worth nothing once it is late: no connection is open yet, and it is not kept for later.
client.send("cursor at 3, 4", { volatile: true });

// Waits in the queue until the connection is open.
console.log("order 1:", await deliver(client, "order 1", { ack: true }));
console.log("heard:", (await heard.next()).value);

// One ping covers all of these.
for (const n of [2, 3, 4]) client.send(`order ${n}`);
console.log("orders 2 to 4:", await flush(client, { ack: true }));

await client.close();
for await (const message of heard) console.log("heard:", message);
