import { identity, pem } from "@gundam/testing/certificates";
import { startEchoServer } from "@gundam/testing/server";
import { connect } from "gundam";
import { expect, test } from "vitest";

test("a certificate of another authority is rejected", async () => {
  const server = await startEchoServer({ tls: identity("server") });

  const trusting = connect({ url: server.url, tlsOpts: { ca: pem("authority") } });
  await trusting.ready();
  await trusting.close();

  const stranger = connect({ url: server.url, retry: 0, onError: () => {} });
  await expect(stranger.ready()).rejects.toMatchObject({ code: "ERR_TLS" });
  await server.stop();
});
