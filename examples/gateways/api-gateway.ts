import { connect, handover, heartbeat, resilient } from "gundam";

const MINUTE = 60_000;

export function connectToApiGateway(url: string, heard: (message: string) => void) {
  const client = connect(
    resilient({
      url,
      onMessage: (message) => heard(String(message)),
      wsOpts: {
        maxFrameSize: 32 * 1024,
        // A route of yours, for the gateway counts messages. It need not answer.
        heartbeat: heartbeat({ message: '{"action":"keepalive"}', interval: 9 * MINUTE, when: "idle" }),
      },
    }),
  );
  let renewal: ReturnType<typeof setTimeout>;
  client.on("connect", () => {
    clearTimeout(renewal);
    // At random, so that clients that came together do not come together again.
    renewal = setTimeout(renew, (90 + 20 * Math.random()) * MINUTE);
  });
  client.on("close", () => clearTimeout(renewal));
  // Where it fails, the connection is closed when its time has come, and replaced then.
  const renew = () => handover(client).catch(() => {});
  return client;
}
