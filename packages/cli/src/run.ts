// The program: from its arguments to its exit code, with what it reads, writes and hears of handed in.

import type { Readable } from "node:stream";
import {
  connect,
  explain,
  type GundamError,
  info,
  isGundamError,
  type Message,
  messages,
  type WebSocketClient,
} from "gundam";
import { inWords } from "./advice.ts";
import { type Environment, readArguments, type Settings } from "./arguments.ts";
import { clientOptions, largestMessage } from "./client-options.ts";
import { count, forPipe, forTerminal, painter } from "./display.ts";
import { type ExitCode, exitCodeOf, UsageError } from "./exit-codes.ts";
import { checkJson, cut, textOf } from "./input.ts";
import { Narrator } from "./narrator.ts";
import { Output } from "./output.ts";
import { hasColors, Screen, type Stream } from "./screen.ts";
import { Sender } from "./sender.ts";
import { Session } from "./session.ts";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type Signal = (typeof signals)[number];

/** What the program needs of its process: `process` is one. */
export interface World {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly env: Environment;
  on(signal: Signal, handler: () => void): unknown;
  off(signal: Signal, handler: () => void): unknown;
}

export async function run(argv: readonly string[], world: World): Promise<ExitCode> {
  try {
    const request = readArguments(argv, world.env, world.stdout.columns ?? 100);
    if ("settings" in request) return await new Conversation(request.settings, world).hold();
    await new Output(world.stdout, () => {}).write(request.text);
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    world.stderr.write(`gundam: ${error.message}\nTry --help.\n`);
    return 2;
  }
}

/** How long we wait, in ms, to hear that what was sent has arrived, when we are asked to end. */
const LAST_ANSWERS = 5000;

interface End {
  readonly code: number;
  readonly reason: string;
  readonly error: GundamError | undefined;
}

class Conversation {
  readonly #settings: Settings;
  readonly #world: World;
  readonly #screen: Screen;
  readonly #client: WebSocketClient;
  readonly #narrator: Narrator;
  readonly #sender: Sender;
  readonly #output: Output;
  readonly #session: Session | undefined;
  /** The client's life is over. */
  readonly #over: Promise<End>;
  /** It has had a connection, or is over. */
  readonly #opened: Promise<void>;
  #isOver = false;
  /** Ends the program without waiting for anybody. */
  #kill: () => void = () => {};
  readonly #killed: Promise<void>;
  #killedBy: Signal | undefined;
  #isAsked = false;
  /** There was a connection when we ended the client. */
  #hadConnection = false;
  #isInputWrong = false;
  /** Messages came that nobody could take in any more. */
  #hasLetGo = false;
  #printed = 0;
  #progress: () => void = () => {};

  constructor(settings: Settings, world: World) {
    this.#settings = settings;
    this.#world = world;
    const { stdout, stderr, env } = world;
    const isColored = hasColors(stderr, settings.isColored, env);
    this.#screen = new Screen(stderr, { isQuiet: settings.isQuiet, isColored });
    // What nobody reads any more nobody misses.
    stderr.on("error", () => {});
    for (const text of settings.execute) if (settings.isJson) checkJson(text, "the text of --execute");
    this.#killed = new Promise((resolve) => {
      this.#kill = resolve;
    });
    this.#client = this.#connect();
    this.#narrator = new Narrator(this.#client, this.#screen, {
      hasSeveralUrls: settings.urls.length > 1,
      isInteractive: this.#isInteractive,
    });
    this.#over = new Promise((resolve) => this.#client.once("close", resolve));
    this.#opened = new Promise((resolve) => {
      this.#client.once("connect", () => resolve());
      this.#client.once("close", () => resolve());
    });
    void this.#over.then(() => {
      this.#isOver = true;
      this.#progress();
    });
    this.#client.on("error", ({ code }) => {
      if (code === "ERR_QUEUE_FULL") this.#hasLetGo = true;
    });
    const tellsEach = this.#isInteractive;
    this.#sender = new Sender(this.#client, settings.keepalive !== Infinity, (error, message) => {
      if (tellsEach && !this.#isOver) this.#screen.error(lostInWords(error, message));
    });
    this.#output = new Output(stdout, () => this.#stop());
    this.#session = this.#isInteractive ? this.#startSession() : undefined;
  }

  #connect(): WebSocketClient {
    const trace = (line: string) => this.#screen.line(line);
    try {
      return connect(clientOptions(this.#settings, () => this.#narrator.hasConnected, trace));
    } catch (error) {
      if (isGundamError(error)) throw new UsageError(inWords(error));
      throw error;
    }
  }

  /** Somebody sits at the terminal, and nothing says when to end. */
  get #isInteractive(): boolean {
    const { readsInput, messages, wait } = this.#settings;
    return readsInput && messages === undefined && wait === undefined && this.#world.stdin.isTTY === true;
  }

  #startSession(): Session {
    const { stdin, stdout, stderr, env } = this.#world;
    return new Session({
      client: this.#client,
      screen: this.#screen,
      settings: this.#settings,
      input: stdin,
      terminal: stdout.isTTY ? stdout : stderr,
      env,
      send: (message) => this.#sender.send(message),
      close: (code, reason) => this.#close(code, reason),
      interrupted: () => this.#signalled("SIGINT"),
    });
  }

  async hold(): Promise<ExitCode> {
    const handlers = signals.map((signal) => [signal, () => this.#signalled(signal)] as const);
    for (const [signal, handler] of handlers) this.#world.on(signal, handler);
    const printing = this.#print();
    void this.#converse();
    const end = await Promise.race([this.#over.then((end) => printing.then(() => end)), this.#killed]);
    for (const [signal, handler] of handlers) this.#world.off(signal, handler);
    this.#endInput();
    if (end !== undefined) {
      // What the client has told last is told to others, too.
      await Promise.resolve();
      this.#narrator.ended(end.error, end.code, end.reason, this.#hadConnection);
    }
    return this.#conclude(end?.error ?? (this.#hadConnection ? undefined : this.#client.lastError));
  }

  /** What is sent, and when all is over that was to be done. */
  async #converse(): Promise<void> {
    try {
      for (const text of this.#settings.execute) {
        this.#sender.send(this.#settings.isBinary ? Buffer.from(text) : text);
        await this.#sender.room();
      }
      await (this.#session === undefined ? this.#feed() : this.#session.ended);
    } catch (error) {
      if (this.#isOver || this.#isAsked) return;
      this.#isInputWrong = true;
      this.#screen.error(
        error instanceof UsageError ? error.message : `stdin cannot be read: ${(error as Error).message}`,
      );
    }
    await this.#opened;
    if (this.#isOver || this.#isAsked) return;
    await this.#sender.settled();
    if (!this.#isInputWrong) await this.#wait();
    await this.#caughtUp();
    this.#stop();
  }

  async #feed(): Promise<void> {
    const { readsInput, isBinary, isJson, isWhole, delimiter } = this.#settings;
    if (!readsInput || this.#world.stdin.isTTY) return;
    const isStream = isBinary && delimiter === undefined;
    const cutting = {
      delimiter: isStream ? undefined : Buffer.from(delimiter ?? "\n"),
      isWhole,
      largest: largestMessage(this.#settings),
    };
    let n = 0;
    for await (const piece of cut(this.#world.stdin, cutting)) {
      if (this.#isAsked) return;
      n++;
      const message = isBinary ? piece : textOf(piece, n);
      if (isJson) checkJson(message as string, `message ${n} of stdin`);
      this.#sender.send(message);
      await this.#sender.room();
    }
  }

  /** For what is to come after the end of the input. */
  async #wait(): Promise<void> {
    const { wait, messages } = this.#settings;
    const ms = wait ?? (messages === undefined ? 0 : Infinity);
    if (ms > 0) await this.#within(ms, new Promise(() => {}));
  }

  /** What has come until now is printed: while the client closes it cannot have the server wait. */
  async #caughtUp(): Promise<void> {
    const received = info(this.#client).life.messagesReceived;
    while (this.#printed < received && !this.#isOver) {
      await new Promise<void>((resolve) => {
        this.#progress = resolve;
      });
    }
  }

  async #print(): Promise<void> {
    const { messages: most = Infinity } = this.#settings;
    const show = this.#shower();
    try {
      for await (const message of messages(this.#client)) {
        const writing = show(message);
        if (writing !== undefined) await writing;
        this.#printed++;
        this.#progress();
        if (this.#printed === most) this.#stop();
        if (this.#printed === most || this.#output.error !== undefined) return;
      }
    } catch {
      // Why the client has ended is told by its own event.
    }
  }

  #shower(): (message: Message) => Promise<void> | undefined {
    const { stdout, env } = this.#world;
    const settings = this.#settings;
    if (!stdout.isTTY) {
      const form = forPipe(settings);
      return (message) => this.#output.write(form(message));
    }
    const paint = painter(hasColors(stdout, settings.isColored, env));
    const form = forTerminal(settings, paint);
    const mark = this.#session === undefined ? "" : paint("cyan", "< ");
    return (message) => this.#screen.above(() => this.#output.write(`${mark}${form(message)}\n`));
  }

  /** Ctrl-C, or its like: the first one closes, the second one waits for nobody. */
  #signalled(signal: Signal): void {
    const isPolite = !this.#isAsked && this.#client.phase === "open";
    this.#stop();
    if (isPolite) return;
    this.#killedBy = signal;
    this.#client.terminate();
    this.#kill();
  }

  /** Closes the connection, once it is known what became of what was sent, and reads no more of the input. */
  #stop(): void {
    if (this.#isAsked) return;
    this.#ends();
    const isKnown = this.#hadConnection ? this.#within(LAST_ANSWERS, this.#sender.settled()) : undefined;
    void Promise.resolve(isKnown).then(() => this.#client.close());
  }

  /** As it was typed; throws for what no client may send. */
  #close(code: number, reason: string): void {
    const { phase } = this.#client;
    void this.#client.close(code, reason);
    this.#ends(phase);
  }

  #ends(phase = this.#client.phase): void {
    this.#isAsked = true;
    this.#hadConnection = phase === "open";
    this.#endInput();
  }

  #endInput(): void {
    this.#session?.end();
    if (this.#session === undefined && this.#settings.readsInput) this.#world.stdin.destroy();
  }

  /** Resolves with `done`, when the client is over, or after `ms`. */
  async #within(ms: number, done: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      if (ms < Infinity) timer = setTimeout(resolve, ms);
    });
    await Promise.race([done, late, this.#over]);
    clearTimeout(timer);
  }

  #conclude(error: GundamError | undefined): ExitCode {
    const { messages, isExplained } = this.#settings;
    const { unsent, unknown } = this.#sender;
    const screen = this.#screen;
    const isOutputBroken = this.#output.error !== undefined && !this.#output.isLeft;
    const isShortOfMessages = messages !== undefined && this.#printed < messages;
    if (isOutputBroken) screen.error(`stdout cannot be written: ${this.#output.error!.message}`);
    if (unsent > 0) screen.error(`${count(unsent, "message")} ${unsent === 1 ? "was" : "were"} not sent`);
    if (unknown > 0) screen.error(`${count(unknown, "message")} may not have arrived`);
    if (isShortOfMessages)
      screen.error(`${count(this.#printed, "message")} came, and --messages wants ${messages}`);
    if (isExplained) screen.line(String(explain(this.#client)));
    return exitCodeOf({
      killedBy: this.#killedBy,
      isInputWrong: this.#isInputWrong,
      isOutputBroken,
      hadConnection: this.#hadConnection,
      error,
      isShortOfMessages,
      hasLost: unsent > 0 || unknown > 0 || this.#hasLetGo,
    });
  }
}

/** The beginning of a message is enough to know it by. */
function lostInWords(error: GundamError, message: string | Uint8Array): string {
  const begins = message.slice(0, 40);
  const text = typeof begins === "string" ? JSON.stringify(begins) : count(message.length, "byte");
  const more = typeof message === "string" && message.length > begins.length ? "…" : "";
  const what = error.code === "ERR_UNKNOWN_DELIVERY" ? "may not have arrived" : "was not sent";
  return `${text}${more} ${what}: ${inWords(error)}`;
}
