export function connect(url: string, hear: (data: unknown) => void, Socket = WebSocket) {
  let socket: WebSocket;
  const open = () => {
    socket = new Socket(url);
    socket.onmessage = ({ data }) => hear(data);
    socket.onclose = () => setTimeout(open, 1000);
  };
  open();
  return {
    send: (data: string) => socket.send(data),
  };
}
