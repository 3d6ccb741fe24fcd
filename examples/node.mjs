import { connect, resilient } from "gundam";

const client = connect(
  resilient({
    url: process.env.SERVER,
    headers: { authorization: `Bearer ${process.env.TOKEN}` },
    onMessage: (message) => console.log(message),
    onError: (reason) => console.error(reason.message),
  }),
);
client.send("hello");
process.on("SIGINT", () => client.close());
