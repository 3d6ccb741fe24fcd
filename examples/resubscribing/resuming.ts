import { connect, json, resilient } from "gundam";

/** News are numbered. `gap`: the server has no longer all that came after the one that was asked for. */
type Told = { readonly id: number; readonly data: unknown } | { readonly gap: true; readonly id: number };

export interface Reader {
  heard(data: unknown): void;
  /** Something was missed for good: what is shown has to be loaded anew. */
  missed(): void;
}

export function connectToNews(url: string, { heard, missed }: Reader) {
  let last = 0;
  return connect(
    resilient({
      url,
      wsOpts: { codec: json<Told, { op: string; after: number }>() },
      onConnect: (_headers, client) => void client.send({ op: "subscribe", after: last }),
      onMessage(told) {
        // It came over the connection before, too.
        if (told.id <= last) return;
        last = told.id;
        if ("gap" in told) missed();
        else heard(told.data);
      },
    }),
  );
}
