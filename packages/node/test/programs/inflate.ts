// A process that receives compressed messages while the one thread that inflates them is held up, and tells what it hears
// and how many bytes it has read. Run with UV_THREADPOOL_SIZE=1; `first` and `second` are named pipes: to open one holds
// the thread until somebody opens its other end.

import { open } from "node:fs";
import { connect, info } from "../../src/index.ts";

const [url, first, second] = process.argv.slice(2) as [string, string, string];
const say = (line: string) => process.stdout.write(`${line}\n`);
const hold = (pipe: string) => open(pipe, "r", () => {});

let isOver = false;
const client = connect({
  url,
  retry: 0,
  wsOpts: { compress: true },
  onConnect() {
    hold(first);
    client.send("the thread is held");
    reportReading(0);
  },
  onMessage(message) {
    hold(second);
    say(`message ${message}`);
  },
  onError: ({ message }) => say(`error ${message}`),
  onClose(code) {
    isOver = true;
    say(`close ${code}`);
  },
});

function reportReading(known: number): void {
  const read = Number(info(client).bytesRead ?? known);
  if (read !== known) say(`read ${read}`);
  if (!isOver) setImmediate(reportReading, read);
}
