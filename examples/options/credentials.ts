import { connect, resilient } from "gundam";

export function connectAs(base: string, token: () => Promise<string>) {
  return connect(
    resilient({
      // Functions are asked before each attempt, so that a reconnect says who we are by then.
      url: ({ attempt }) => `${base}?attempt=${attempt}`,
      headers: async () => ({ authorization: `Bearer ${await token()}` }),
      wsOpts: { protocols: ["chat.v2", "chat.v1"] },
      state: { unread: 0 },
    }),
  );
}
