import { type ClientOptions, connect, type GundamError, resilient } from "gundam";

export interface FeedOptions {
  url: string;
  token?: string;
  onError?: (error: GundamError) => void;
}

export function openFeed({ url, token, onError }: FeedOptions) {
  return connect(
    resilient({
      url,
      headers: token === undefined ? undefined : { authorization: `Bearer ${token}` },
      onError,
    }),
  );
}

/** Lays options of yours under any options, and leaves their types as they are. */
export function patient<Yours extends object, Received, Sent>(options: ClientOptions<Yours, Received, Sent>) {
  return resilient({ openTimeout: 60_000, ...options });
}
