// The certificates of the TLS tests, made when they are first asked for, and the same for as long as the process lives: there
// is no private key in any file. An authority of their own has signed all but `self-signed`. They are valid from 2020 for a
// century, whatever a machine's clock says, but for the one that has expired.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  authorityExtension,
  clientExtension,
  type KeyPair,
  makeCertificate,
  makeKeyPair,
  namesExtension,
} from "./x509.ts";

/** What there is a certificate and a key of. Each but `wrong-host` and `client` is for localhost. */
export type CertificateName = "authority" | "server" | "expired" | "wrong-host" | "client" | "self-signed";

interface Kind {
  readonly subject: string;
  readonly extension: Buffer;
  readonly to?: Date;
  /** By itself, and not by the authority. */
  readonly isSelfSigned?: true;
}

interface Made {
  readonly keys: KeyPair;
  readonly certificate: string;
}

const from = new Date("2020-01-01");
const century = new Date("2120-01-01");
const ipv4 = Buffer.from([127, 0, 0, 1]);
const ipv6 = Buffer.concat([Buffer.alloc(15), Buffer.from([1])]);

const kinds: Readonly<Record<CertificateName, Kind>> = {
  authority: { subject: "Gundam test authority", extension: authorityExtension(), isSelfSigned: true },
  server: { subject: "localhost", extension: namesExtension(["localhost"], [ipv4, ipv6]) },
  expired: {
    subject: "localhost",
    extension: namesExtension(["localhost"], [ipv4]),
    to: new Date("2020-01-02"),
  },
  "wrong-host": { subject: "elsewhere.example", extension: namesExtension(["elsewhere.example"]) },
  client: { subject: "Gundam test client", extension: clientExtension() },
  "self-signed": { subject: "localhost", extension: namesExtension(["localhost"]), isSelfSigned: true },
};

const made: Map<CertificateName, Made> = new Map();
let folder: string | undefined;

/**
 * A certificate or a key.
 *
 * @example
 * const server = await startEchoServer({ tls: { key: pem("server-key"), cert: pem("server") } });
 * const client = connect({ url: server.url, tlsOpts: { ca: pem("authority") } });
 */
export function pem(name: CertificateName | `${CertificateName}-key`): string {
  if (!name.endsWith("-key")) return make(name as CertificateName).certificate;
  const { keys } = make(name.slice(0, -"-key".length) as CertificateName);
  return keys.privateKey.export({ type: "pkcs8", format: "pem" }) as string;
}

/**
 * One side's half of TLS.
 *
 * @example
 * const server = await startEchoServer({ tls: identity("server") });
 */
export function identity(name: CertificateName): { key: string; cert: string } {
  return { key: pem(`${name}-key`), cert: pem(name) };
}

/**
 * A file with a certificate, for programs that want one, such as by `NODE_EXTRA_CA_CERTS`; it is there while we are.
 *
 * @example
 * const env = { ...process.env, NODE_EXTRA_CA_CERTS: pemPath("authority") };
 * spawn("node", ["client.mjs"], { env });
 */
export function pemPath(name: CertificateName): string {
  folder ??= temporaryFolder();
  const file = path.join(folder, `${name}.pem`);
  writeFileSync(file, pem(name));
  return file;
}

function make(name: CertificateName): Made {
  const kept = made.get(name);
  if (kept !== undefined) return kept;
  const { subject, extension, to = century, isSelfSigned = false } = kinds[name];
  const keys = makeKeyPair();
  const certificate = makeCertificate({
    subject,
    issuer: isSelfSigned ? subject : kinds.authority.subject,
    publicKey: keys.publicKey,
    signingKey: (isSelfSigned ? keys : make("authority").keys).privateKey,
    from,
    to,
    extensions: [extension],
  });
  made.set(name, { keys, certificate });
  return { keys, certificate };
}

function temporaryFolder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "gundam-certificates-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  return made;
}
