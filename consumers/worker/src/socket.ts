import { connect, resilient } from "gundam";

const client = connect(
  resilient({
    url: "ws://127.0.0.1:5301/",
    onConnect: (_headers, client) => client.send("hello"),
    onMessage: (message) => postMessage(`received ${message}`),
    onDisconnect: (client) => postMessage(`lost ${client.lastClose?.code}`),
    onError: (error) => postMessage(error.message),
    onClose: (code) => postMessage(`closed ${code}`),
  }),
);

addEventListener("message", () => client.close());
