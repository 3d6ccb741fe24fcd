import { feed } from "../feed.ts";
import { useFeed } from "./use-feed.ts";

export function LiveFeed() {
  const { phase, last } = useFeed();
  return (
    <p>
      {phase}: {String(last ?? "")}{" "}
      <button type="button" onClick={() => feed.send("hello")}>
        Say hello
      </button>
    </p>
  );
}
