import { connect } from "gundam";

export function connectInTime(url: string) {
  return connect({
    url,
    openTimeout: 20_000, // all of an attempt; of which at most
    domainLookupTimeout: 3_000,
    connectTimeout: 5_000,
    tlsHandshakeTimeout: 5_000,
    httpOpts: { upgradeTimeout: 10_000 },
    wsOpts: { closingTimeout: 2_000 },
  });
}
