import { connect, resilient } from "gundam";

const live = resilient({
  url: "/live",
  onMessage: (message) => document.body.append(message),
  onError: (reason) => console.warn(reason.message),
});
connect(live).send("hello");
