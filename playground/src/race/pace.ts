// How often the server and each client send a number.

/** ms from one number to the next, in each direction. */
export const streamPace = 100;
