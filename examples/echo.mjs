import { connect } from "gundam";

const client = connect({
  url: process.argv[2] ?? "ws://127.0.0.1:5301/",
  retry: Infinity,
  onConnect: (_headers, client) => client.send("hello"),
  onMessage: (message) => console.log("received", message),
  onDisconnect: (client) => console.log("lost", client.lastClose.code, "- trying again"),
  onError: (reason) => console.log(reason.message),
  onClose: (code, reason) => console.log("over:", code, reason),
});
process.on("SIGINT", () => client.close(1000, "bye"));
