import { CallbackError, connect, resilient } from "gundam";
import { z } from "zod";
import { validated } from "./validated.ts";

const Quote = z.object({ symbol: z.string(), price: z.number() });

export function connectToStrictMarket(url: string, heard: (price: number) => void) {
  return connect(
    resilient({
      url,
      wsOpts: { codec: validated(Quote, z.unknown()) },
      onMessage: ({ price }) => heard(price),
      onError(error, client) {
        // Without this the message is left out, and the connection goes on.
        if (error instanceof CallbackError && error.callback === "wsOpts.codec.decode") {
          client.close(4000, "not what was agreed");
        }
      },
    }),
  );
}
