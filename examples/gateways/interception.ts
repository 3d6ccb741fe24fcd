import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { connect, resilient } from "gundam";

/** `authority`: the file with the certificate of whoever looks into TLS here, as PEM. */
export async function connectThroughInspection(url: string, authority: string) {
  const ca = [...rootCertificates, await readFile(authority, "utf8")];
  return connect(resilient({ url, tlsOpts: { ca } }));
}
