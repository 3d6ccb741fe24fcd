import { connect, resilient } from "gundam";

export function connectWithSubprotocol(url: string, freshToken: () => Promise<string>) {
  return connect(
    resilient({
      url,
      wsOpts: {
        // The server selects "app", and never the token.
        protocols: async () => ["app", `bearer.${await freshToken()}`],
      },
    }),
  );
}
