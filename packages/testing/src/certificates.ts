// The certificates of the TLS tests, made by certificates/make.sh. An authority of their own has signed all but
// `self-signed`.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What there is a certificate and a key of. Each but `wrong-host` and `client` is for localhost. */
export type CertificateName = "authority" | "server" | "expired" | "wrong-host" | "client" | "self-signed";

/** Where a certificate or a key is, for programs that want a file. */
export function pemPath(name: CertificateName | `${CertificateName}-key`): string {
  return fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));
}

export function pem(name: CertificateName | `${CertificateName}-key`): string {
  return readFileSync(pemPath(name), "utf8");
}

/** One side's half of TLS. */
export function identity(name: CertificateName): { key: string; cert: string } {
  return { key: pem(`${name}-key`), cert: pem(name) };
}
