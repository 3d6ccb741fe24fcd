import { connect, heartbeat, resilient } from "gundam";

/** `url`: such as `wss://example.org/socket.io/?EIO=4&transport=websocket`. */
export function connectToSocketIo(url: string, heard: (event: string, ...values: unknown[]) => void) {
  let enter = () => {};
  return connect(
    resilient({
      url,
      // What is sent waits until the server has let us into its namespace.
      onConnect: () =>
        new Promise<void>((resolve) => {
          enter = resolve;
        }),
      onMessage(message, client) {
        const packet = String(message);
        if (packet.startsWith("0")) client.send("40", { ahead: true });
        else if (packet.startsWith("40")) enter();
        else if (packet === "2") client.send("3", { volatile: true });
        else if (packet.startsWith("42")) {
          const [event, ...values] = JSON.parse(packet.slice(2));
          heard(event, ...values);
        }
      },
      // The server asks every 25 s: one that has not is asked in turn. `6` is a packet without meaning.
      wsOpts: { heartbeat: heartbeat({ message: "6", interval: 45_000, timeout: 10_000 }) },
    }),
  );
}

export function eventPacket(event: string, ...values: unknown[]): string {
  return `42${JSON.stringify([event, ...values])}`;
}
