import { connect, json, resilient } from "gundam";

interface Packet {
  readonly event: string;
  readonly data: unknown;
  /** Of a question, and of its answer. */
  readonly id?: number;
}

/** `on`, `emit` and acknowledgements, over a server that speaks JSON. */
export function openEvents(url: string) {
  const listeners = new Map<string, (data: unknown) => void>();
  const asked = new Map<number, (data: unknown) => void>();
  let lastId = 0;
  const client = connect(
    resilient({
      url,
      wsOpts: { codec: json<Packet>() },
      onMessage({ event, data, id = 0 }) {
        (asked.get(id) ?? listeners.get(event))?.(data);
        asked.delete(id);
      },
      onError: (reason) => console.error(reason.message),
    }),
  );
  return {
    client,
    on: (event: string, heard: (data: unknown) => void) => void listeners.set(event, heard),
    emit: (event: string, data: unknown) => client.send({ event, data }),
    emitWithAck(event: string, data: unknown): Promise<unknown> {
      const id = ++lastId;
      return new Promise((resolve) => {
        asked.set(id, resolve);
        client.send({ event, data, id });
      });
    },
  };
}
