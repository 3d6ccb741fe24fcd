// The faces of gundam/websocket: compiled in every project of the grid.

import {
  type DropEvent,
  type FailureEvent,
  type ReconnectingOptions,
  ReconnectingWebSocket,
  WebSocket,
} from "gundam/websocket";

const options: ReconnectingOptions = { maxRetries: 10, minReconnectionDelay: 500, openTimeout: undefined };
const socket = new ReconnectingWebSocket(
  async ({ signal }) => {
    signal.throwIfAborted();
    return "wss://example.org/";
  },
  ["v1"],
  options,
);
socket.binaryType = "arraybuffer";
socket.onopen = function (event) {
  this.send(event.type);
};
socket.addEventListener("message", ({ data }) => socket.send(String(data)), { once: true });
socket.addEventListener("close", ({ code, reason, wasClean }) => [code.toFixed(), reason.trim(), wasClean]);
socket.onerror = ({ error, message }: FailureEvent) => console.error(error.code, message);
socket.addEventListener("drop", ({ outcome, data }: DropEvent) => outcome === "unsent" && socket.send(data));
socket.reconnect(4000, "again");
const handed: ReconnectingWebSocket = socket;
void handed;
// @ts-expect-error: it is no option.
new ReconnectingWebSocket("wss://example.org/", [], { maxRetry: 1 });
// @ts-expect-error: the socket has handlers of its own.
new ReconnectingWebSocket("wss://example.org/", [], { onMessage: () => {} });

const once: WebSocket = new WebSocket("wss://example.org/", ["v1"]);
once.addEventListener("message", ({ data }) => once.send(String(data)));
once.onclose = ({ code }) => code.toFixed();
const state: number = WebSocket.OPEN;
void state;

class Mine extends WebSocket {
  greet(): void {
    this.send("hello");
  }
}
new Mine("wss://example.org/").greet();
