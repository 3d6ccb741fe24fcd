import { connect, resilient } from "gundam";

export function connectWithFirstMessage(url: string, freshToken: () => Promise<string>) {
  return connect(
    resilient({
      url,
      onConnect: async (_headers, client) => {
        const token = await freshToken();
        // Ahead of all that waits: it is what the server wants to hear first.
        client.send(JSON.stringify({ type: "login", token }), { ahead: true });
      },
    }),
  );
}
