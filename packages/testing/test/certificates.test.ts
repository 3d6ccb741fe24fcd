// The certificates are read back by Node's own parser: what it makes of them is what TLS makes of them.

import { createPrivateKey, X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { type CertificateName, identity, pem, pemPath } from "../src/certificates.ts";

const certificate = (name: CertificateName) => new X509Certificate(pem(name));
const century = ["Jan  1 00:00:00 2020 GMT", "Jan  1 00:00:00 2120 GMT"];

test.each([
  ["authority", "CN=Gundam test authority", undefined, century],
  ["server", "CN=localhost", "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1", century],
  [
    "expired",
    "CN=localhost",
    "DNS:localhost, IP Address:127.0.0.1",
    [century[0], "Jan  2 00:00:00 2020 GMT"],
  ],
  ["wrong-host", "CN=elsewhere.example", "DNS:elsewhere.example", century],
  ["client", "CN=Gundam test client", undefined, century],
  ["self-signed", "CN=localhost", "DNS:localhost", century],
] as const)("%s says what it is for, and until when", (name, subject, names, validity) => {
  const { subject: own, subjectAltName, validFrom, validTo, ca } = certificate(name);
  expect([own, subjectAltName, [validFrom, validTo]]).toEqual([subject, names, validity]);
  expect(ca).toBe(name === "authority");
});

test.each(["server", "expired", "wrong-host", "client", "self-signed"] as const)(
  "%s is signed by whom it should be, with the key that goes with it",
  (name) => {
    const issuer = certificate(name === "self-signed" ? name : "authority");
    expect(certificate(name).verify(issuer.publicKey)).toBe(true);
    expect(certificate(name).checkIssued(issuer)).toBe(true);
    expect(certificate(name).checkPrivateKey(createPrivateKey(identity(name).key))).toBe(true);
  },
);

test("a client's is for nothing else", () => {
  expect(certificate("client").keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
});

test("each process has its own, and keeps it", async () => {
  expect(pem("server")).toBe(pem("server"));
  vi.resetModules();
  const elsewhere = await import("../src/certificates.ts");
  expect(elsewhere.pem("server")).not.toBe(pem("server"));
});

test("a file has the certificate, and never a key", () => {
  const file = pemPath("server");
  expect(readFileSync(file, "utf8")).toBe(pem("server"));
  expect(readdirSync(path.dirname(file))).toEqual(["server.pem"]);
});

test("no package publishes a private key", () => {
  const packages = path.resolve(import.meta.dirname, "../..");
  const published = readdirSync(packages).flatMap((name) => {
    const folder = path.join(packages, name);
    const { files = [] } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    return files
      .filter((entry: string) => !entry.startsWith("!"))
      .flatMap((entry: string) => filesIn(path.join(folder, entry)));
  });
  expect(published.length).toBeGreaterThan(100);
  const holds = (file: string) => /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(readFileSync(file, "latin1"));
  expect(published.filter(holds)).toEqual([]);
});

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
}
