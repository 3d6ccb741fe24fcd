// What others say, as a line shows it: a close reason, a header field, what a user's function threw over a message. None
// of it may end the line, drive a terminal or turn the direction of writing, and all of it is bounded.

/** How much of a text a line shows, in characters. */
const LONGEST_TEXT = 500;

// U+009B begins a terminal's sequence as ESC [ does; after U+202E or U+2066 text is shown from right to left.
const controls = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/gu;

/**
 * The text in a line, with its control characters percent-encoded, and … for what is too long.
 *
 * @example
 * printable("two\nlines"); // → "two%0Alines"
 */
export function printable(text: string): string {
  return withoutControls(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text);
}

/**
 * The text with its control characters percent-encoded: JSON stays JSON.
 *
 * @example
 * withoutControls("\u001b[31mred"); // → "%1B[31mred"
 */
export function withoutControls(text: string): string {
  return text.replace(controls, encodeURIComponent);
}
