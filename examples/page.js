import { connect, resilient } from "gundam";

const client = connect(
  resilient({
    url: "/live",
    onMessage: (message) => document.body.append(message),
    onError: (reason) => console.warn(reason.message),
  }),
);
client.send("hello");
