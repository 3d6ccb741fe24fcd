// How a race is counted, for whoever does not believe it.

import { figures } from "./figures.ts";
import { streamPace } from "./pace.ts";

export function Counting() {
  return (
    <details class="counting">
      <summary>How it is counted</summary>
      <p>
        All clients run in this page, at once, against one server that is theirs alone. Each is used as its
        README begins: by its defaults, Gundam with <code>resilient()</code>. Every {streamPace} ms each is
        given a number to send by its plain <code>send()</code>, and the server sends a number to the newest
        open connection of each. At the end both say no more, and what is on its way has a second to arrive.
        The server counts what came and how many sockets were open; the page counts what each client was
        given, got, and told.
      </p>
      <dl>
        {figures.map(({ label, meaning }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p>
        The fault falls between two numbers, when all have been connected for two seconds: who treats a young
        connection otherwise than an old one does so here. Delays that a library draws by lot differ from race
        to race, that of reconnecting-websocket from page to page.
      </p>
    </details>
  );
}
