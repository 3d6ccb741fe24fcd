import type { Message } from "gundam";
import { useEffect, useState } from "react";
import { feed } from "../feed.ts";
import { whileUsed } from "../while-used.ts";

const holdFeed = whileUsed(feed);

export function useHeldFeed() {
  const [last, setLast] = useState<Message>();
  // #region effect
  useEffect(() => {
    const stop = feed.on("message", setLast);
    const release = holdFeed();
    return () => {
      stop();
      release();
    };
  }, []);
  // #endregion
  return last;
}
