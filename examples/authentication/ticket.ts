import { connect, resilient } from "gundam";

/** `tickets` answers a POST with `{ token }`: one that is good for seconds, and for one connection. */
export function connectWithTicket(url: string, tickets: string) {
  return connect(
    resilient({
      url: async ({ signal }) => {
        const response = await fetch(tickets, { method: "POST", credentials: "include", signal });
        if (!response.ok) throw new Error(`no ticket: ${response.status}`);
        const { token } = await response.json();
        return `${url}?ticket=${encodeURIComponent(token)}`;
      },
    }),
  );
}
