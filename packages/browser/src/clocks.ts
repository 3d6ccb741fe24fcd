// The clocks of a page or worker, in ms.

export const clocks = {
  now: (): number => performance.now(),
  wallNow: (): number => Date.now(),
};
