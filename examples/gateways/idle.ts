import { connect, resilient } from "gundam";

export function connectThroughLoadBalancer(url: string) {
  // On Node this pings when nothing has come for 20 s, and every idle timeout of the table above is longer.
  return connect(resilient({ url }));
}
