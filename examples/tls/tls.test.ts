// Who is who: a client's certificate that is renewed while it is connected, and a server's that is pinned.

import { X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { identity, pem, pemPath } from "@gundam/testing/certificates";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectAs, type Identity } from "./client-certificate.ts";
import { connectPinned } from "./pinning.ts";

let server: EchoServer;
let folder: string;

beforeEach(async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  folder = mkdtempSync(path.join(tmpdir(), "identity-"));
  server = await startEchoServer({
    tls: { ...identity("server"), ca: pem("authority"), requestCert: true, maxVersion: "TLSv1.2" },
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** Puts a certificate where the client looks for it. */
function install(name: "client" | "self-signed"): Identity {
  const files = { cert: path.join(folder, "cert.pem"), key: path.join(folder, "key.pem") };
  writeFileSync(files.cert, identity(name).cert);
  writeFileSync(files.key, identity(name).key);
  return { ...files, ca: pemPath("authority") };
}

test("a certificate that was renewed is shown at the next attempt", async () => {
  const client = connectAs(install("self-signed"), server.url);
  // A server that does not know who signed it hangs up.
  await vi.waitFor(() => expect(console.error).toHaveBeenCalled());
  expect(server.record.counts.opens).toBe(0);
  install("client");
  await client.ready();
  // Nor is the server shown an old one later.
  install("self-signed");
  server.drop("rst");
  await server.until(({ counts }) => counts.tcpConnections > 2);
  expect(server.record.counts.opens).toBe(1);
  install("client");
  await server.until(({ counts }) => counts.opens === 2);
  client.terminate();
});

test("the server whose certificate is pinned is accepted", async () => {
  server = await other();
  const { fingerprint256 } = new X509Certificate(pem("server"));
  const client = connectPinned(server.url, fingerprint256, pem("authority"));
  await client.ready();
  client.terminate();
});

test("another with a certificate of the same authority is not", async () => {
  server = await other();
  const { fingerprint256 } = new X509Certificate(pem("client"));
  const client = connectPinned(server.url, fingerprint256, pem("authority"));
  await expect(client.ready()).rejects.toMatchObject({ code: "ERR_TLS", rejected: true });
  expect(console.error).toHaveBeenCalledWith(
    expect.stringContaining("another certificate than the one that is pinned"),
  );
  expect(server.record.counts.opens).toBe(0);
});

/** One that asks for no certificate. */
async function other(): Promise<EchoServer> {
  await server.stop();
  return startEchoServer({ tls: identity("server") });
}
