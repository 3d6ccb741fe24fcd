import { connect, json, resilient } from "gundam";
import { z } from "zod";

export function connectToUsers(
  url: string,
  isKnown: (name: string) => Promise<boolean>,
  heard: (name: string) => void,
) {
  const User = z.object({ name: z.string().refine(isKnown, "nobody knows it") });
  return connect(
    resilient({
      url,
      wsOpts: { codec: json() },
      // Messages wait for the one before them, so their order stays.
      onMessage: async (message) => heard((await User.parseAsync(message)).name),
    }),
  );
}
