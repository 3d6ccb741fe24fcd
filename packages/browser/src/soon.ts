// Tasks that no browser holds back: the timers of a page that nobody sees come once a second, and later once a minute.

const waiting: (() => void)[] = [];
let port: MessagePort | undefined;

/** Runs it in a task of its own, soon. */
export function soon(run: () => void): void {
  // React Native has none, and no page that could be hidden.
  if (!globalThis.MessageChannel) {
    setTimeout(run);
    return;
  }
  port ??= open();
  waiting.push(run);
  port.postMessage(0);
}

function open(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()!();
  // Where there is a process it is not to live for this.
  (port1 as { unref?: () => void }).unref?.();
  return port2;
}
