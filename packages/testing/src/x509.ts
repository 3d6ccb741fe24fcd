// Just as much of X.509 (RFC 5280) as the certificates of tests need, written by hand: keys and signatures are Node's, which
// makes no certificates. P-256 and SHA-256 throughout.

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface CertificateInit {
  /** Common names. */
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  /** The issuer's. */
  readonly signingKey: KeyObject;
  /** Valid from and to, whole seconds. */
  readonly from: Date;
  readonly to: Date;
  readonly extensions: readonly Buffer[];
}

export function makeKeyPair(): KeyPair {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** Signs a certificate; as PEM. */
export function makeCertificate(init: CertificateInit): string {
  const { subject, issuer, publicKey, signingKey, from, to, extensions } = init;
  const toBeSigned = sequence(
    // §4.1.2.1: version 3.
    explicit(0, integer(Buffer.from([2]))),
    // §4.1.2.2: positive.
    integer(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    ecdsaWithSha256,
    name(issuer),
    sequence(time(from), time(to)),
    name(subject),
    publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(...extensions)),
  );
  const certificate = sequence(toBeSigned, ecdsaWithSha256, bits(sign("sha256", toBeSigned, signingKey)));
  const lines = certificate.toString("base64").match(/.{1,64}/g)!;
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

// — extensions —

/** §4.2.1.9: it may sign others. */
export function authorityExtension(): Buffer {
  return extension("551d13", sequence(encode(0x01, Buffer.from([0xff]))), true);
}

/** §4.2.1.6: the DNS names and IP addresses that it is for; of the latter their bytes. */
export function namesExtension(names: readonly string[], addresses: readonly Buffer[] = []): Buffer {
  const general = [
    ...names.map((dns) => encode(0x82, Buffer.from(dns))),
    ...addresses.map((ip) => encode(0x87, ip)),
  ];
  return extension("551d11", sequence(...general));
}

/** §4.2.1.12: it is a client's. */
export function clientExtension(): Buffer {
  return extension("551d25", sequence(identifier("2b06010505070302")));
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [encode(0x01, Buffer.from([0xff]))] : [];
  return sequence(identifier(id), ...critical, encode(0x04, value));
}

// — DER (X.690) —

/** RFC 5758 §3.2. */
const ecdsaWithSha256 = sequence(identifier("2a8648ce3d040302"));

/** A common name alone. */
function name(commonName: string): Buffer {
  const attribute = sequence(identifier("550403"), encode(0x0c, Buffer.from(commonName)));
  return sequence(encode(0x31, attribute));
}

/** §4.1.2.5: the year has two digits until 2049. */
function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
  return date.getUTCFullYear() < 2050
    ? encode(0x17, Buffer.from(digits.slice(2)))
    : encode(0x18, Buffer.from(digits));
}

function sequence(...parts: Buffer[]): Buffer {
  return encode(0x30, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return encode(0x02, bytes);
}

function bits(bytes: Buffer): Buffer {
  return encode(0x03, Buffer.from([0]), bytes);
}

/** Its bytes, in hex. */
function identifier(hex: string): Buffer {
  return encode(0x06, Buffer.from(hex, "hex"));
}

function explicit(tag: number, value: Buffer): Buffer {
  return encode(0xa0 + tag, value);
}

function encode(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  // §10.1: in as few bytes as it takes.
  const digits = length.toString(16);
  const size = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 + size.length]), size, content]);
}
