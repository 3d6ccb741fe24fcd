import { connect, resilient } from "gundam";

/** 4403 is this server's word for: do not come back. 4401, for: come back with another token. */
export function connectUntilLoggedOut(url: string, freshToken: () => Promise<string>, loggedOut: () => void) {
  return connect(
    resilient({
      url,
      wsOpts: { protocols: async () => ["app", `bearer.${await freshToken()}`] },
      shouldRetry: ({ code }, { byDefault }) => byDefault && code !== 4403,
      onClose: (code) => {
        if (code === 4403) loggedOut();
      },
    }),
  );
}
