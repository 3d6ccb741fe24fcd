import { connect, resilient } from "gundam";

/** What the server says: it is about to restart, or has news, which it numbers. */
type Told = { readonly op: "reconnect" } | { readonly op: "news"; readonly n: number };

export function connectToSession(url: string, heard: (n: number) => void) {
  let last = 0;
  return connect(
    resilient({
      url,
      onConnect: (_headers, client) => {
        client.send(JSON.stringify(last === 0 ? { op: "identify" } : { op: "resume", last }));
      },
      onMessage(message, client) {
        const told: Told = JSON.parse(String(message));
        // 1000 and 1001 would end the session: there would be nothing to resume.
        if (told.op === "reconnect") return client.reconnect(4000, "to resume");
        last = told.n;
        heard(last);
      },
    }),
  );
}
