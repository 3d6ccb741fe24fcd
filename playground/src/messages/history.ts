// What was sent, to be gone through again as a shell lets one do: a line that is changed and left keeps its changes, also the
// one that is not sent yet, until the next one is sent.

/** Lines kept; what is older is forgotten. */
const MOST_LINES = 100;
/** Characters of a line that is kept. */
const LONGEST_LINE = 16 * 1024;

export interface Line {
  /** How the text is read. */
  readonly kind: "text" | "hex";
  readonly text: string;
}

export class History {
  #sent: readonly Line[] = [];
  /** What was sent, as it is changed by now, and below it what is written. */
  #lines: Line[] = [];
  #at = 0;

  add(line: Line): void {
    const newest = this.#sent.at(-1);
    const isKept = line.text.length <= LONGEST_LINE;
    const isNew = line.text !== newest?.text || line.kind !== newest.kind;
    if (isKept && isNew) this.#sent = [...this.#sent, line].slice(-MOST_LINES);
    this.#lines = [...this.#sent];
    this.#at = this.#sent.length;
  }

  /** The one before, in place of what stands there now; undefined at the first. */
  older(current: Line): Line | undefined {
    return this.#go(current, this.#at - 1);
  }

  /** The one after; undefined at the last, which is not sent yet. */
  newer(current: Line): Line | undefined {
    return this.#go(current, this.#at + 1);
  }

  #go(current: Line, to: number): Line | undefined {
    const line = this.#lines[to];
    if (line === undefined) return undefined;
    this.#lines[this.#at] = current;
    this.#at = to;
    return line;
  }
}
