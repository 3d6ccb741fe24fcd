import { connect, resilient } from "gundam";

export function connectWithToken(url: string, freshToken: () => Promise<string>) {
  return connect(
    resilient({
      url,
      // Asked for each attempt. Browsers send no headers: there it is `url` that is a function, or `wsOpts.protocols`.
      headers: async () => ({ authorization: `Bearer ${await freshToken()}` }),
    }),
  );
}
