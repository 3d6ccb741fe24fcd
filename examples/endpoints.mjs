import { connect, endpoints, explain, info, resilient } from "gundam";

const urls =
  process.argv.length > 2 ? process.argv.slice(2) : ["ws://127.0.0.1:5301/", "ws://127.0.0.1:5302/"];
const client = connect(
  resilient({
    url: endpoints(urls),
    onConnect: () => console.log("open:", info(client).endpoint),
    onDisconnect: () => console.log("lost:", client.lastClose.code),
    onClose: (code, reason) => console.log("over:", code, reason),
  }),
);

process.once("SIGINT", async () => {
  for (const { endpoint, error } of explain(client).attempts) console.log(endpoint, error?.code ?? "open");
  await client.close();
});
