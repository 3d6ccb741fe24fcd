// The ways of a message through an open client on the virtual transport: a message in comes from the transport, one out
// ends there.

/** What passes in one turn of the event loop. */
export const BURST = 1_000;

const text = "sixteen letters.";

/** Name → `{ options, prepare(client, transport) → { pass, passed } }`: pass a burst, and how many have passed. */
export const paths = {
  "in, to onMessage": () => {
    let heard = 0;
    const onMessage = () => {
      heard++;
    };
    return { options: { onMessage }, prepare: (_, transport) => incoming(transport, () => heard) };
  },
  "in, to onMessage, with keepalive": () => {
    let heard = 0;
    const onMessage = () => {
      heard++;
    };
    const options = { onMessage, wsOpts: { keepalive: 20_000 } };
    return { options, prepare: (_, transport) => incoming(transport, () => heard) };
  },
  /** What is left without a client. */
  "in, from the transport to a function": () => {
    let heard = 0;
    const message = () => {
      heard++;
    };
    const prepare = (_, { constructor: Transport, request }) =>
      incoming(new Transport(request, { message }), () => heard);
    return { options: {}, prepare };
  },
  'in, to on("message")': () => {
    let heard = 0;
    const prepare = (client, transport) => {
      client.on("message", () => {
        heard++;
      });
      return incoming(transport, () => heard);
    };
    return { options: {}, prepare };
  },
  "out, by send": () => ({ options: {}, prepare: outgoing }),
};

function incoming(transport, passed) {
  const pass = () => {
    for (let i = 0; i < BURST; i++) transport.receive(text);
  };
  return { pass, passed };
}

function outgoing(client, transport) {
  let sent = 0;
  const pass = () => {
    for (let i = 0; i < BURST; i++) client.send(text);
    // It keeps what it was sent.
    sent += transport.sent.length;
    transport.sent.length = 0;
  };
  return { pass, passed: () => sent };
}
