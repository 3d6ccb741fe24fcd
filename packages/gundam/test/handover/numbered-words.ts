// What a numbered server and its clients say to each other, and what a test says to the server.

/** What a client says first, with its name. */
export const HELLO = "hello ";
/** What it is answered; from then on its stream comes over this connection. */
export const WELCOME = "welcome";

/** When a second connection of a client has come so far, one of the two is ended: by a reset, or a Close frame. */
export interface Strike {
  readonly at: "requested" | "opened" | "greeted";
  readonly which: "first" | "second";
  readonly how: "reset" | number;
}

/** What a client was sent and has sent, each with the number of its connection. */
export interface StreamRecord {
  readonly sent: readonly Numbered[];
  readonly received: readonly Numbered[];
}

export interface Numbered {
  readonly number: number;
  readonly connection: number;
}
