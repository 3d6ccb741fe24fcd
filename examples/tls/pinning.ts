import { checkServerIdentity } from "node:tls";
import { connect, resilient } from "gundam";

/** `fingerprint`: SHA-256 of the one certificate that is accepted, as `openssl x509 -fingerprint -sha256` prints it. */
export function connectPinned(url: string, fingerprint: string, ca?: string) {
  return connect(
    resilient({
      url,
      tlsOpts: {
        ...(ca !== undefined && { ca }),
        // Besides what is always checked: who signed it, and until when.
        checkServerIdentity(host, certificate) {
          const mismatch = checkServerIdentity(host, certificate);
          if (mismatch || certificate.fingerprint256 === fingerprint) return mismatch;
          return new Error(`${host} shows another certificate than the one that is pinned`);
        },
      },
      onError: (reason) => console.error(reason.message),
    }),
  );
}
