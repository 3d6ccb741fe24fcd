// The program as an app of React Native's, bundled by Metro with React Native's own JavaScript. Its native modules are made
// here: the one for WebSockets over ws, against a real server; and another in Hermes, which has no sockets.

import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import vm from "node:vm";
import { root, run } from "../workspace.mjs";
import { install } from "./others.mjs";

/** React Native, with what its template asks for of the same version; and the newest Hermes that npm has as a command. */
export const version = "0.83.1";
const packages = [
  `react-native@${version}`,
  "react@19.2.0",
  `@react-native/metro-config@${version}`,
  `@react-native/babel-preset@${version}`,
  "@babel/core@7.28.5",
  "metro@0.83.8",
  "metro-cache@0.83.8",
  "react-native-url-polyfill@4.0.0",
  "hermes-engine-cli@0.12.0",
];

const app = path.join(root, "test-results", `react-native-${version}`);
const bundle = path.join(app, "out", "app.js");

/** How long bundling may take, and the program, in ms. */
const BUNDLE_TIMEOUT = 400_000;
const TIMEOUT = 120_000;

let bundled;

/** The app's bundle, made once. */
function bundleApp(place) {
  bundled ??= makeBundle(place);
  return bundled;
}

async function makeBundle({ tarballs }) {
  mkdirSync(path.join(app, "out"), { recursive: true });
  if (!existsSync(path.join(app, "node_modules", "react-native"))) {
    writeFileSync(path.join(app, "package.json"), JSON.stringify({ private: true }));
    await install(app, packages);
  }
  // Of the same version as those that may be there already.
  rmSync(path.join(app, "package-lock.json"), { force: true });
  await install(app, tarballs);
  const programs = path.join(root, "scripts", "runtimes", "programs");
  cpSync(path.join(programs, "react-native"), app, { recursive: true });
  cpSync(path.join(programs, "program.mjs"), path.join(app, "program.mjs"));
  cpSync(path.join(root, "examples", "react-native"), path.join(app, "examples"), { recursive: true });
  rmSync(bundle, { force: true });
  const { ok, end } = await run(process.execPath, [path.join(app, "bundle.cjs"), bundle], {
    timeout: BUNDLE_TIMEOUT,
  });
  if (!ok) throw new Error(`Metro: ${end}`);
}

/** In a context that has React Native's globals alone. */
export async function inReactNative(_, place) {
  await bundleApp(place);
  const { installed, url, server } = place;
  server.on("opened", (connection) => connection.url.endsWith("?hello") && connection.send("hello"));
  const { WebSocket } = createRequire(path.join(installed, "package.json"))("ws");
  const sockets = new Map();
  const emit = (event, detail) => context.__rctDeviceEventEmitter.emit(event, detail);
  const ended = (id, event, detail) => sockets.delete(id) && emit(event, { id, ...detail });
  const native = {
    connect(address, protocols, { headers }, id) {
      const socket = new WebSocket(address, protocols ?? [], { headers });
      sockets.set(id, socket);
      socket.on("open", () => emit("websocketOpen", { id, protocol: socket.protocol }));
      socket.on("message", (data, isBinary) =>
        emit("websocketMessage", {
          id,
          type: isBinary ? "binary" : "text",
          data: data.toString(isBinary ? "base64" : "utf8"),
        }),
      );
      socket.on("error", ({ message }) => ended(id, "websocketFailed", { message }));
      socket.on("close", (code, reason) =>
        code === 1006
          ? ended(id, "websocketFailed", { message: "Connection reset" })
          : ended(id, "websocketClosed", { code, reason: String(reason) }),
      );
    },
    send: (data, id) => sockets.get(id)?.send(data),
    sendBinary: (data, id) => sockets.get(id)?.send(Buffer.from(data, "base64")),
    close: (code, reason, id) => sockets.get(id)?.close(code, reason),
  };
  const modules = {
    WebSocketModule: native,
    AppState: { getConstants: () => ({ initialAppState: "active" }), getCurrentAppState() {} },
    PlatformConstants: { getConstants: () => ({ Version: 34 }) },
    NativeMicrotasksCxx: { queueMicrotask },
  };
  const context = vm.createContext({
    ...{ console, setTimeout, clearTimeout, setInterval, clearInterval },
    nativePerformanceNow: () => performance.now(),
    nativeModuleProxy: {},
    RN$Bridgeless: true,
    __turboModuleProxy: (name) => modules[name] ?? null,
  });
  vm.runInContext("globalThis.global = globalThis; delete globalThis.WebAssembly;", context);
  vm.runInContext(readFileSync(bundle, "utf8"), context, { filename: bundle });
  return { seen: { ...(await context.run(url)), exit: "–", ReconnectingWebSocket: "–", pagehide: "–" } };
}

/** In Hermes: as its command runs it, and as React Native's compiler takes it. */
export async function inHermes(_, place) {
  await bundleApp(place);
  const file = path.join(app, "out", "hermes.js");
  const told = "run('ws://in.hermes/').then((seen) => print(JSON.stringify(seen)), print);";
  const host = readFileSync(path.join(app, "in-hermes.js"), "utf8");
  writeFileSync(file, [host, readFileSync(bundle, "utf8"), told].join("\n"));
  const execute = promisify(execFile);
  const compiler = path.join(app, "node_modules", "hermes-compiler", "hermesc", "linux64-bin", "hermesc");
  await execute(compiler, ["-w", "-emit-binary", "-out", `${file}.hbc`, bundle], { timeout: TIMEOUT });
  const hermes = path.join(app, "node_modules", "hermes-engine-cli", "linux64-bin", "hermes");
  const { stdout } = await execute(hermes, ["-w", "-Xmicrotask-queue", file], { timeout: TIMEOUT });
  const line = stdout.trim().split("\n").at(-1);
  if (!line.startsWith("{")) throw new Error(`Hermes: ${line}`);
  return { seen: { ...JSON.parse(line), exit: "–", ReconnectingWebSocket: "–", pagehide: "–" } };
}
