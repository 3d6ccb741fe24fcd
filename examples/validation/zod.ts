import { connect, resilient } from "gundam";
import { z } from "zod";
import { validated } from "./validated.ts";

const Quote = z.object({ symbol: z.string(), price: z.number(), at: z.iso.datetime().pipe(z.coerce.date()) });
const Order = z.object({ symbol: z.string(), amount: z.int().positive() });

export function connectToMarket(url: string, heard: (symbol: string, price: number, at: Date) => void) {
  return connect(
    resilient({
      url,
      wsOpts: { codec: validated(Quote, Order) },
      onMessage: ({ symbol, price, at }) => heard(symbol, price, at),
    }),
  );
}
