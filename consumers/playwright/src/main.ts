import { connect, resilient } from "gundam";

const log = document.body.appendChild(document.createElement("pre"));
const tell = (line: string) => log.append(line, "\n");

const client = connect(
  resilient({
    url: "ws://127.0.0.1:5301/",
    onConnect: (_headers, client) => client.send("hello"),
    onMessage: (message) => tell(`received ${message}`),
    onDisconnect: (client) => tell(`lost ${client.lastClose?.code}`),
    onError: (error) => tell(error.message),
    onClose: (code) => tell(`closed ${code}`),
  }),
);

log.addEventListener("click", () => client.close());
