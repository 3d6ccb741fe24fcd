// What the keys of a slider in time do.

/** ms that an arrow key moves by, and with Shift or by a page key. */
const SHORT = 100;
const LONG = 1000;

/** Where a key takes a slider; undefined for one that does not move it. */
export function keyTarget({ key, shiftKey }: KeyboardEvent, at: number, end: number): number | undefined {
  const step = shiftKey ? LONG : SHORT;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return at - step;
    case "ArrowRight":
    case "ArrowUp":
      return at + step;
    case "PageDown":
      return at - LONG;
    case "PageUp":
      return at + LONG;
    case "Home":
      return 0;
    case "End":
      return end;
    default:
      return undefined;
  }
}
