"use client";

import { connect, resilient } from "gundam";
import { useEffect, useState } from "react";

export function Echo() {
  const [lines, setLines] = useState<string[]>([]);

  useEffect(() => {
    const tell = (line: string) => setLines((lines) => [...lines, line]);
    const client = connect(
      resilient({
        url: "ws://127.0.0.1:5301/",
        onConnect: (_headers, client) => client.send("hello"),
        onMessage: (message) => tell(`received ${message}`),
        onDisconnect: (client) => tell(`lost ${client.lastClose?.code}`),
        onError: (error) => tell(error.message),
        onClose: (code) => tell(`closed ${code}`),
      }),
    );
    return () => void client.close();
  }, []);

  return <pre>{lines.join("\n")}</pre>;
}
