import type { Message } from "gundam";
import { useEffect, useState, useSyncExternalStore } from "react";
import { feed, startFeed } from "../feed.ts";

const onPhase = (changed: () => void) => feed.on("change", changed);

export function useFeed() {
  const phase = useSyncExternalStore(
    onPhase,
    () => feed.phase,
    () => "idle" as const, // on a server, and while its page is hydrated
  );
  const [last, setLast] = useState<Message>();
  useEffect(() => {
    const stop = feed.on("message", setLast);
    startFeed();
    return stop;
  }, []);
  return { phase, last };
}
