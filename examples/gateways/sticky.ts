import { connect, resilient } from "gundam";
import { CookieJar } from "tough-cookie";

export function connectToSameServer(url: string) {
  return connect(resilient({ url, cookieStore: new CookieJar() }));
}
