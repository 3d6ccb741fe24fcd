import { connect, resilient } from "gundam";
import * as v from "valibot";
import { validated } from "./validated.ts";

const Command = v.object({ op: v.literal("subscribe"), channel: v.string() });
const News = v.variant("kind", [
  v.object({ kind: v.literal("text"), text: v.string() }),
  v.object({ kind: v.literal("count"), count: v.number() }),
]);

export function connectToNews(url: string, heard: (news: string) => void) {
  return connect(
    resilient({
      url,
      wsOpts: { codec: validated(News, Command) },
      onMessage: (news) => heard(news.kind === "text" ? news.text : `${news.count}`),
    }),
  );
}
