import { connect, resilient } from "gundam";

export function connectToExchange(url: string, heard: (news: unknown) => void) {
  return connect(
    resilient({
      url,
      onMessage(message, client) {
        const { ping, ...news } = JSON.parse(String(message));
        if (ping === undefined) heard(news);
        // Worth nothing later, on another connection: so it never waits.
        else client.send(JSON.stringify({ pong: ping }), { volatile: true });
      },
    }),
  );
}
