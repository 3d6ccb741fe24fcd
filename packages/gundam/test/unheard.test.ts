import { connect, WebSocketClient } from "../src/node.ts";
import { startNodeServer } from "./suite-servers/node-server.ts";
import { describeUnheard } from "./unheard.ts";

describeUnheard({
  connect,
  WebSocketClient,
  startServer: startNodeServer,
  listen(heard) {
    const listener = ({ name, message }: Error) => {
      if (name === "GundamWarning") heard(message);
    };
    process.on("warning", listener);
    return () => process.off("warning", listener);
  },
});
