// squid, tinyproxy and dante, and whatever else stands between a client and its server, each on a loopback port of its own and with a configuration of its own: nothing of theirs
// on the machine is read or changed.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { pem } from "@gundam/testing/certificates";

const programs = { squid: "/usr/sbin/squid", tinyproxy: "/usr/bin/tinyproxy", dante: "/usr/sbin/danted" };
const reverseProxies = ["/usr/sbin/nginx", "/usr/sbin/haproxy"];

/** Whether they can be started: dante and squid change their user, which takes root. */
export const haveRealProxies: boolean =
  [...Object.values(programs), ...reverseProxies].every(existsSync) && process.getuid?.() === 0;

export interface RealProxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** Whom a proxy lets in that wants credentials. */
export const credentials = { user: "alice", password: "wonderland" };

/** What passwords are stored as; made by `openssl passwd -6 -salt gundam`. */
const hashes = {
  wonderland:
    "$6$gundam$jEdVQn4IpqLWcIIERmELa9VNWU2dI0DjCbZIyoE4hYZ3oBm152KqhBeEVwgRp3zZFGL54tSKT54AK2t20lHzV0",
  "looking-glass":
    "$6$gundam$SZQ1LoVCkNCKEN4tdvM0Hn74yhn66xkFTiUiBriiId8FxqzzlHvKx.BtbaSxvZGu2z5WSv0Xr1A5p/510gDm51",
};

/** The squid that wants to know who asks: its user's password can change. */
export interface Squid extends RealProxy {
  changePassword(password: keyof typeof hashes): void;
}

/** Whom squid leads to nobody, whoever asks. */
export const deniedHost = "denied.example";

export async function startSquid({ tls = false, auth = false } = {}): Promise<Squid> {
  let passwords = "";
  const users = (password: keyof typeof hashes) => `${credentials.user}:${hashes[password]}\n`;
  const proxy = await startProgram(async (file, port) => {
    const certificate = `tls-cert=${file("cert", pem("server"))} tls-key=${file("key", pem("server-key"))}`;
    passwords = file("passwords", users("wonderland"));
    const access = auth
      ? [
          `auth_param basic program /usr/lib/squid/basic_ncsa_auth ${passwords}`,
          "auth_param basic credentialsttl 1 second",
          "acl known proxy_auth REQUIRED",
          "http_access allow known",
        ]
      : ["http_access allow all"];
    const configuration = [
      `acl denied dstdomain ${deniedHost}`,
      "http_access deny denied",
      tls ? `https_port 127.0.0.1:${port} ${certificate}` : `http_port 127.0.0.1:${port}`,
      ...access,
      "cache deny all",
      "pid_filename none",
      "access_log none",
      "cache_log /dev/null",
      "shutdown_lifetime 0 seconds",
    ];
    // By its service name it names its shared memory.
    const options = ["-N", "-d", "1", "-n", `gundam${port}`];
    return [programs.squid, ...options, "-f", file("squid.conf", configuration.join("\n"))];
  });
  const begin = Date.now() / 1000;
  let changes = 0;
  const changePassword = (password: keyof typeof hashes) => {
    writeFileSync(passwords, users(password));
    // Its helper looks at the second of the last change.
    changes++;
    utimesSync(passwords, begin + changes, begin + changes);
  };
  return { ...proxy, changePassword };
}

export async function startTinyproxy({ auth = false } = {}): Promise<RealProxy> {
  return startProgram(async (file, port) => {
    const basic = auth ? [`BasicAuth ${credentials.user} ${credentials.password}`] : [];
    const configuration = ["User root", `Port ${port}`, "Listen 127.0.0.1", "Timeout 600", ...basic];
    return [programs.tinyproxy, "-d", "-c", file("tinyproxy.conf", `${configuration.join("\n")}\n`)];
  });
}

export async function startDante({ auth = false } = {}): Promise<RealProxy> {
  return startProgram(async (file, port) => {
    const rule = "{ from: 127.0.0.0/8 to: 0.0.0.0/0 }";
    const configuration = [
      "logoutput: stderr",
      `internal: 127.0.0.1 port = ${port}`,
      "external: lo",
      `socksmethod: ${auth ? "username" : "none"}`,
      "user.privileged: root",
      "user.unprivileged: nobody",
      `client pass ${rule}`,
      `socks pass ${rule}`,
    ];
    const danted = [programs.dante, "-f", file("danted.conf", `${configuration.join("\n")}\n`)];
    if (!auth) return danted;
    // Dante knows the users of the machine: in a mount namespace of its own, there is one more of them.
    const { user } = credentials;
    const passwd = file(
      "passwd",
      `${readFileSync("/etc/passwd")}${user}:x:65533:65534::/:/usr/sbin/nologin\n`,
    );
    const shadow = file(
      "shadow",
      `${readFileSync("/etc/shadow")}${user}:${hashes.wonderland}:19000:0:99999:7:::\n`,
    );
    const script = `mount --bind ${passwd} /etc/passwd && mount --bind ${shadow} /etc/shadow && exec "$@"`;
    return ["unshare", "--mount", "sh", "-c", script, "sh", ...danted];
  });
}

type WriteFile = (name: string, content: string, mode?: number) => string;

/** Starts a program that listens on a port, with files of its own. */
export async function startProgram(
  commandOf: (file: WriteFile, port: number) => Promise<string[]>,
): Promise<RealProxy> {
  const folder = mkdtempSync(path.join(tmpdir(), "gundam-proxy-"));
  chmodSync(folder, 0o755);
  const file: WriteFile = (name, content, mode = 0o644) => {
    writeFileSync(path.join(folder, name), content, { mode });
    return path.join(folder, name);
  };
  const port = await freePort();
  const [command, ...args] = await commandOf(file, port);
  const child = spawn(command!, args, { stdio: ["ignore", "pipe", "pipe"], cwd: folder });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      // In order, so that they end their children, and leave no shared memory behind.
      child.kill("SIGTERM");
      const killer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await once(child, "exit");
      clearTimeout(killer);
    }
    rmSync(folder, { recursive: true });
  };
  if (await listens(port, child)) return { port, stop };
  await stop();
  throw new Error(`${command} does not listen: ${said}`);
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Waits until it does, half a minute at most. */
async function listens(port: number, child: ChildProcess): Promise<boolean> {
  for (let tries = 0; tries < 300 && child.exitCode === null; tries++) {
    const socket = net.connect(port, "127.0.0.1");
    const connected = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    socket.destroy();
    if (connected) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
