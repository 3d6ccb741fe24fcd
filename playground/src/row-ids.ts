// By which a row is found by whoever leads to it; `client`: its name.

export function attemptRowId(client: string, key: string): string {
  return `attempt-${client}-${key}`;
}

export function eventRowId(client: string, id: number): string {
  return `event-${client}-${id}`;
}

/** The list says which of its rows is chosen. */
export function messageListId(client: string): string {
  return `messages-${client}`;
}
