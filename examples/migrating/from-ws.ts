import { connect, resilient } from "gundam";

export function listen(url: string, token: string, heard: (text: string) => void) {
  return connect(
    resilient({
      url,
      headers: { authorization: `Bearer ${token}` },
      wsOpts: { compress: true, maxPayload: 1024 * 1024 },
      // In the place of "open": on each connection, not once.
      onConnect: (_headers, client) => void client.send("subscribe"),
      // A text is a string, and what is binary a Uint8Array: there is no `isBinary`.
      onMessage: (message) =>
        heard(typeof message === "string" ? message : new TextDecoder().decode(message)),
      onError: (reason) => console.error(reason.message),
    }),
  );
}
