// How the program ends: the codes that its process exits with, what each means, and which one it is.

/** Each code and when it is, as --help and the README tell it. */
export const exitCodes = {
  0: "closed cleanly: by us, or by the server with 1000, 1001 or no code",
  1: "the connection failed, was refused, or was given up",
  2: "wrong usage, or input that cannot be sent",
  3: "closed by the server with another code",
  4: "all else went well, but messages were lost, or may have been",
  5: "fewer messages came than --messages wants",
  130: "ended by a second Ctrl-C, or by one while not connected (SIGTERM: 143, SIGHUP: 129)",
} as const;

export type ExitCode = keyof typeof exitCodes | 129 | 143;

/** What the user got wrong: an option, an argument, or what there is to send. The message says what is allowed. */
export class UsageError extends Error {}

/** What is known when all is over. */
export interface Outcome {
  /** The signal that ended it without a closing handshake. */
  readonly killedBy: "SIGINT" | "SIGTERM" | "SIGHUP" | undefined;
  readonly isInputWrong: boolean;
  /** What was to be printed could not be. */
  readonly isOutputBroken: boolean;
  /** There was a connection when we ended the client, if we did. */
  readonly hadConnection: boolean;
  /** Why the client ended; when there was no connection any more, why not. */
  readonly error: { readonly code: string; readonly closeCode?: number } | undefined;
  readonly isShortOfMessages: boolean;
  readonly hasLost: boolean;
}

export function exitCodeOf(outcome: Outcome): ExitCode {
  const { killedBy, isInputWrong, isOutputBroken, hadConnection, error, isShortOfMessages, hasLost } =
    outcome;
  if (killedBy !== undefined) return ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const)[killedBy];
  if (isInputWrong) return 2;
  if (isOutputBroken) return 1;
  if (error !== undefined && !isCleanEnd(error)) return error.code === "ERR_CLOSED" ? 3 : 1;
  if (error === undefined && !hadConnection) return 1;
  if (isShortOfMessages) return 5;
  return hasLost ? 4 : 0;
}

/** RFC 6455 §7.4.1: its purpose is fulfilled, the server goes away, or it gave no code, as `close()` of many libraries. */
export function isCleanEnd({
  code,
  closeCode,
}: {
  readonly code: string;
  readonly closeCode?: number;
}): boolean {
  return code === "ERR_CLOSED" && [1000, 1001, 1005].includes(closeCode!);
}
