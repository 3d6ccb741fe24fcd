// Promises that wait for the server to see something, so that a test needs no sleep. All end when the server stops.

/** Looks whether it is time to settle. `event` is undefined at the first look, which comes at once. */
export type Look<Result> = (settle: (result: Result) => void, event?: string, detail?: unknown) => void;

interface Wait {
  readonly look: (event?: string, detail?: unknown) => void;
  readonly fail: (error: Error) => void;
}

export class Waits {
  readonly #pending: Set<Wait> = new Set();

  /** Looks now and at each event, until it has settled the promise. */
  start<Result>(look: Look<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const settle = (result: Result) => {
        this.#pending.delete(wait);
        resolve(result);
      };
      const wait: Wait = { look: (event, detail) => look(settle, event, detail), fail: reject };
      this.#pending.add(wait);
      wait.look();
    });
  }

  check(event: string, detail: unknown): void {
    for (const wait of [...this.#pending]) wait.look(event, detail);
  }

  failAll(error: Error): void {
    for (const wait of this.#pending) wait.fail(error);
    this.#pending.clear();
  }
}
