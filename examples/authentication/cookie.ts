import { connect, resilient } from "gundam";

/** Browsers send the cookie themselves; `renew` has it set anew, by a request to your server. */
export function connectWithCookie(url: string, renew: () => Promise<void>) {
  return connect(
    resilient({
      url: async ({ lastFailure }) => {
        if (lastFailure?.code === 4401) await renew();
        return url;
      },
    }),
  );
}
