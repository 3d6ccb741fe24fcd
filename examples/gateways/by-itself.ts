import { connect, resilient } from "gundam";

export function connectToServer(url: string) {
  return connect(resilient({ url }));
}
