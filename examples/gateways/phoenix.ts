import { connect, heartbeat, resilient } from "gundam";

/** `url`: such as `wss://example.org/socket/websocket?vsn=2.0.0`. */
export function connectToChannel(
  url: string,
  topic: string,
  heard: (event: string, payload: unknown) => void,
) {
  let ref = 0;
  const push = (event: string, payload: object) => JSON.stringify(["1", `${++ref}`, topic, event, payload]);
  const client = connect(
    resilient({
      url,
      // Each connection joins anew, before all that waits.
      onConnect: (_headers, client) => void client.send(push("phx_join", {})),
      onMessage(message) {
        const [, , , event, payload] = JSON.parse(String(message));
        heard(event, payload);
      },
      wsOpts: {
        heartbeat: heartbeat({
          message: () => JSON.stringify([null, `${++ref}`, "phoenix", "heartbeat", {}]),
          interval: 30_000,
          timeout: 10_000,
          when: "always",
          isReply: (message) => JSON.parse(String(message))[2] === "phoenix",
        }),
      },
    }),
  );
  return { client, push: (event: string, payload: object) => client.send(push(event, payload)) };
}
