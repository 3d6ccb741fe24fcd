import { connect, resilient } from "gundam";

const live = resilient({
  url: process.env.SERVER,
  headers: { authorization: `Bearer ${process.env.TOKEN}` },
  onMessage: (message) => console.log(message),
  onError: (reason) => console.error(reason.message),
});
connect(live).send("hello");
