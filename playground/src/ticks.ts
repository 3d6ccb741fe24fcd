// Where an axis of time has its ticks.

/** Round times up to `total`, about `count` in every `shown` ms. */
export function ticksOf(total: number, shown: number, count: number): number[] {
  const rough = shown / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!;
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, index) => index * step);
}
