import { connect, handover, resilient } from "gundam";

/** `expiresIn` is in ms. */
export interface Grant {
  readonly token: string;
  readonly expiresIn: number;
}

/** The connection is replaced before its token expires, without a gap. */
export function connectWithExpiringToken(url: string, freshGrant: () => Promise<Grant>) {
  let renewal: ReturnType<typeof setTimeout>;
  const client = connect(
    resilient({
      url,
      headers: async () => {
        const { token, expiresIn } = await freshGrant();
        clearTimeout(renewal);
        // Where it fails, the server closes in the end, and the client reconnects.
        renewal = setTimeout(() => handover(client).catch(() => {}), 0.9 * expiresIn);
        return { authorization: `Bearer ${token}` };
      },
    }),
  );
  client.on("close", () => clearTimeout(renewal));
  return client;
}
