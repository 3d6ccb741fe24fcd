// Goes before the app in Hermes' own command, which has neither sockets nor a clock: a time that passes when nobody is busy,
// and a server that echoes in the same program. `connect` and its like are those of React Native's native module.

/* global HermesInternal, print */

this.global = this;
global.console = { log: print, info: print, debug: print, warn: print, error: print };

const native = (() => {
  const open = {};
  const tell = (event, detail) => setTimeout(() => this.__rctDeviceEventEmitter.emit(event, detail), 1);
  const echo = (id, message) => tell("websocketMessage", { id, ...message });
  return {
    connect(url, _protocols, _options, id) {
      open[id] = true;
      tell("websocketOpen", { id, protocol: "" });
      if (url.endsWith("?hello")) echo(id, { type: "text", data: "hello" });
    },
    send(data, id) {
      if (data !== "drop") return echo(id, { type: "text", data });
      delete open[id];
      tell("websocketFailed", { id, message: "Connection reset" });
    },
    sendBinary: (data, id) => echo(id, { type: "binary", data }),
    close(code, reason, id) {
      if (open[id]) tell("websocketClosed", { id, code, reason });
      delete open[id];
    },
  };
})();

const task = setTimeout;
let now = Date.now();
Date.now = () => now;

this.setTimeout = (() => {
  let timers = [];
  let last = 0;
  let isRunning = false;
  const next = () => {
    if (isRunning || timers.length === 0) return;
    isRunning = true;
    task(() => {
      isRunning = false;
      timers.sort((a, b) => a.due - b.due || a.id - b.id);
      const timer = timers.shift();
      next();
      if (!timer) return;
      now = Math.max(now, timer.due);
      timer.run();
      next();
    }, 0);
  };
  this.clearTimeout = (id) => {
    timers = timers.filter((timer) => timer.id !== id);
  };
  return (run, delay) => {
    timers.push({ id: ++last, due: now + (delay || 0), run });
    next();
    return last;
  };
})();

const modules = {
  WebSocketModule: native,
  AppState: { getConstants: () => ({ initialAppState: "active" }), getCurrentAppState() {} },
  PlatformConstants: { getConstants: () => ({ Version: 34 }) },
  NativeMicrotasksCxx: { queueMicrotask: (run) => HermesInternal.enqueueJob(run) },
};
this.nativePerformanceNow = Date.now;
this.nativeModuleProxy = {};
this.RN$Bridgeless = true;
this.__turboModuleProxy = (name) => modules[name] || null;
