import { connect, heartbeat, resilient } from "gundam";

/** Each record ends with the character 0x1e, and a message may hold several. */
const END = "\x1e";

export function record(value: object): string {
  return JSON.stringify(value) + END;
}

/** `url`: such as `wss://example.org/chat`, where the hub allows to skip the negotiation. */
export function connectToHub(url: string, heard: (target: string, values: unknown[]) => void) {
  let accept = () => {};
  return connect(
    resilient({
      url,
      // What is sent waits until the server has accepted the protocol, with a record `{}`.
      onConnect: (_headers, client) => {
        client.send(record({ protocol: "json", version: 1 }));
        return new Promise<void>((resolve) => {
          accept = resolve;
        });
      },
      onMessage(message) {
        for (const text of String(message).split(END).slice(0, -1)) {
          const { type, target, arguments: values } = JSON.parse(text);
          if (type === undefined) accept();
          else if (type === 1) heard(target, values);
        }
      },
      wsOpts: {
        // Both sides ping every 15 s, and each takes the other for lost after 30 s.
        heartbeat: heartbeat({
          message: record({ type: 6 }),
          interval: 15_000,
          timeout: 30_000,
          when: "always",
        }),
      },
    }),
  );
}
