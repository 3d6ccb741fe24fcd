import { connect, endpoints, resilient } from "gundam";

export function connectToAny(urls: string[]) {
  return connect(resilient({ url: endpoints(urls, { order: "random" }) }));
}
