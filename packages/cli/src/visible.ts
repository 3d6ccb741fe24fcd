// What others say, as a terminal may show it.

// U+009B begins a terminal's sequence as ESC [ does; after U+202E or U+2066 text is shown from right to left.
const controls = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/gu;

/** The text with its control characters spelled out, so that no message drives the terminal. Line ends and tabs stay. */
export function visible(text: string): string {
  return text.replace(controls, (character) => {
    const code = character.codePointAt(0)!;
    return code < 256
      ? `\\x${code.toString(16).padStart(2, "0")}`
      : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}
