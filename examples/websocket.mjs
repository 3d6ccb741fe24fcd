import { ReconnectingWebSocket, WebSocket } from "gundam/websocket";

const url = process.argv[2] ?? "ws://127.0.0.1:5301/";

// The standard's WebSocket: one connection. On Node it takes Gundam's options, and its errors say why.
const once = new WebSocket(url, "chat", { headers: { "X-Token": "secret" }, openTimeout: 20_000 });
once.onopen = () => once.send("hello");
once.onmessage = ({ data }) => {
  console.log("once:", data);
  once.close(1000, "bye");
};
once.onerror = ({ error }) => console.error(error);
once.onclose = ({ code, wasClean }) => console.log("once:", code, wasClean);

// One that stays: the same events, connection after connection.
const socket = new ReconnectingWebSocket(async ({ attempt }) => `${url}?attempt=${attempt}`);
socket.send("sent early");
socket.onmessage = ({ data }) => console.log("stays:", data);
socket.onclose = ({ code, reason }) => {
  const isOver = socket.readyState === ReconnectingWebSocket.CLOSED;
  console.log("stays:", code, reason, isOver ? "for good" : "for now");
};
process.once("SIGINT", () => socket.close());
