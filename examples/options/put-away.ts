import { connect, resilient } from "gundam";

export function connectFromPage(url: string) {
  return connect(
    resilient({
      url,
      // What the server reads when the page is left or put away; it connects again when the page is back.
      pageSignals: { code: 4000, reason: "page put away" },
    }),
  );
}
