import { connect, explain, info, json, resilient, supervisor } from "gundam";

interface Service {
  readonly url: string;
  readonly freshToken: () => Promise<string>;
  readonly handle: (message: unknown) => Promise<void>;
  readonly log: (line: string) => void;
}

export function startService({ url, freshToken, handle, log }: Service) {
  const client = connect(
    resilient({
      url,
      headers: async () => ({ authorization: `Bearer ${await freshToken()}` }),
      // As large as this server's largest message, and as much as may wait while it is away.
      wsOpts: { codec: json(), maxPayload: 256 * 1024 },
      sendQueue: { maxMessages: 10_000, overflow: "drop-oldest" },
      onMessage: handle,
      onDisconnect: (client) => log(`lost: ${client.lastClose?.code}`),
      onError: (reason) => log(reason.message),
      // It has given up, and says why: for what is no matter of time, such as 404.
      onClose: (code, _reason, client) => log(`over, ${code}: ${explain(client)}`),
    }),
  );
  client.on("drop", ({ outcome }) => log(`a message is ${outcome}`));
  return {
    client,
    /** For a probe of the platform, and for metrics. */
    health: () => ({ isReady: client.phase === "open", ...info(client) }),
    /** On SIGTERM: 1001 to the server, and what was sent goes before it. */
    stop: () => supervisor.shutdown({ timeout: 5000 }),
  };
}
