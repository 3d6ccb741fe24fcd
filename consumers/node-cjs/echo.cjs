const { connect, resilient } = require("gundam");

const client = connect(
  resilient({
    url: "ws://127.0.0.1:5301/",
    onConnect: (_headers, client) => client.send("hello"),
    onMessage: (message) => console.log("received", message),
    onDisconnect: (client) => console.log("lost", client.lastClose.code),
    onError: (error) => console.log(error.message),
    onClose: (code) => console.log("closed", code),
  }),
);

process.once("SIGINT", () => client.close());
