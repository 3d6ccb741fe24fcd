// nginx and HAProxy with the configurations of docs/keepalive.md, but for ports and with 2 s in the place of 60 s: who asks
// stays connected, and who does not is cut off.

import { readFileSync } from "node:fs";
import { type EchoServer, startEchoServer } from "@gundam/testing/server";
import { connect, heartbeat, resilient } from "gundam";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { haveRealProxies, type RealProxy, startProgram } from "../../packages/node/test/real-proxies.ts";

function configuration(name: string, port: number, { port: upstream }: EchoServer): string {
  return readFileSync(new URL(name, import.meta.url), "utf8")
    .replace("listen 8080", `listen 127.0.0.1:${port}`)
    .replace("bind :8080", `bind 127.0.0.1:${port}`)
    .replaceAll("5301", String(upstream))
    .replaceAll("60s", "2s");
}

const startNginx = (server: EchoServer) =>
  startProgram(async (file, port) => {
    const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((what) => `${what}_temp_path .;`);
    const http = `http { access_log off; ${paths.join(" ")}\n${configuration("nginx.conf", port, server)} }`;
    const main = "daemon off; master_process off; user root; pid nginx.pid; error_log stderr; events {}";
    const conf = file("nginx.conf", `${main}\n${http}`);
    return ["/usr/sbin/nginx", "-p", conf.slice(0, conf.lastIndexOf("/")), "-c", conf];
  });

const startHaproxy = (server: EchoServer) =>
  startProgram(async (file, port) => [
    "/usr/sbin/haproxy",
    "-db",
    "-f",
    file("haproxy.cfg", configuration("haproxy.cfg", port, server)),
  ]);

describe.runIf(haveRealProxies)("reverse proxies", () => {
  describe.each([
    ["nginx", startNginx],
    ["HAProxy", startHaproxy],
  ])("%s", (_name, startProxy) => {
    let server: EchoServer;
    let proxy: RealProxy;
    beforeAll(async () => {
      server = await startEchoServer();
      proxy = await startProxy(server);
    }, 60_000);
    afterAll(async () => {
      await proxy.stop();
      await server.stop();
    });

    const url = () => `ws://127.0.0.1:${proxy.port}/live`;
    const beat = heartbeat({
      message: "ping",
      interval: 500,
      timeout: 1000,
      isReply: (message) => message === "ping",
    });

    test.each([
      ["pings, as on Node", { keepalive: 500 }, true],
      ["a heartbeat, as in browsers", { keepalive: Infinity, heartbeat: beat }, true],
      ["nothing", { keepalive: Infinity }, false],
    ])("an idle connection with %s", async (_what, wsOpts, stays) => {
      const lost: (number | undefined)[] = [];
      const client = connect(
        resilient({
          url: url(),
          wsOpts,
          retry: 0,
          onClose: (code) => void lost.push(code),
          onError() {},
        }),
      );
      await client.ready();
      // Twice as long as the proxy waits.
      await new Promise((resolve) => setTimeout(resolve, 4000));
      expect(lost).toEqual(stays ? [] : [1006]);
      client.terminate();
    });
  });
});
