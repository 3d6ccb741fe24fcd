import { readFile } from "node:fs/promises";
import { connect, resilient } from "gundam";

export interface Identity {
  /** The files, PEM, where whoever renews the certificate puts it. */
  readonly cert: string;
  readonly key: string;
  /** Who signed the server's certificate, where that is no public authority. */
  readonly ca?: string;
}

export function connectAs({ cert, key, ca }: Identity, url: string) {
  return connect(
    resilient({
      url,
      // Asked for each attempt: a certificate that was renewed meanwhile is the one that is shown.
      tlsOpts: async () => ({
        cert: await readFile(cert),
        key: await readFile(key),
        ...(ca !== undefined && { ca: await readFile(ca) }),
      }),
      onError: (reason) => console.error(reason.message),
    }),
  );
}
