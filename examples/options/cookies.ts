import { connect, resilient } from "gundam";
import { CookieJar } from "tough-cookie";

export function connectWithCookies(url: string) {
  return connect(
    resilient({
      url,
      cookieStore: new CookieJar(),
      httpOpts: { maxRedirects: 3 },
    }),
  );
}
