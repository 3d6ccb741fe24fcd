import { ReconnectingWebSocket } from "gundam/websocket";

export function listen(url: string, heard: (text: string) => void) {
  const socket = new ReconnectingWebSocket(url, "chat", { connectionTimeout: 4000, maxRetries: 10 });
  socket.onmessage = ({ data }) => heard(data);
  return socket;
}
