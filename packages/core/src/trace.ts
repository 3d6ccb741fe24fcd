// The trace: everything that a client tells, as it happens, with secrets and messages' contents left out.

import { attempted, nothing } from "./chain.ts";
import { CallbackError, messageOf } from "./errors.ts";
import type { Observer, Trace, TraceEvent } from "./observers.ts";
import { printable, withoutControls } from "./printable.ts";
import { redactHeader, withoutSecrets } from "./redact.ts";
import type { Runtime } from "./runtime.ts";
import type { HeadersLike } from "./structural.ts";

/**
 * A `trace` that prints a line an event: `=` state, `>` sent, `<` received, `!` error, `~` timer, `·` all else.
 *
 * @example connect({ url, trace: printTrace })
 */
export function printTrace(event: TraceEvent, log: (line: string) => void): void {
  log(`${new Date(event.at).toISOString()} ${printable(lineOf(event))}`);
}

/**
 * What tells a client's trace of all that happens, with the secrets of headers left out.
 *
 * @example
 * const tracing: Pick<Platform, "tracer"> = { tracer: tracerOf(platform.runtime) };
 * console.log(typeof tracing.tracer);
 */
export function tracerOf(runtime: Runtime): (trace: true | Trace) => Observer {
  return (trace) => (_, type, detail) => {
    if (type === "dial" || type === "setback") return;
    const tell = trace === true ? logTrace : trace;
    const event = { type, at: runtime.wallNow(), detail: withoutSecrets(detail) } as TraceEvent;
    const failed = (cause: unknown) =>
      runtime.report(new CallbackError("trace", `failed: ${messageOf(cause)}`, { cause }));
    void attempted(() => tell(event, (line) => runtime.log(line)) as unknown, nothing, nothing, failed);
  };
}

/** The `trace` that `true` stands for: each event as JSON. */
function logTrace(event: TraceEvent, log: (line: string) => void): void {
  log(withoutControls(JSON.stringify(event, plain)));
}

function lineOf(event: TraceEvent): string {
  switch (event.type) {
    case "change":
      return `= ${event.detail.from} → ${event.detail.to}`;
    case "sent":
      return `> ${event.detail.kind}, ${event.detail.bytes} bytes`;
    case "received":
      return `< ${event.detail.kind}, ${event.detail.bytes} bytes`;
    case "ping":
    case "pong":
      return `< ${event.type}, ${event.detail.length} bytes`;
    case "error":
      return `! ${event.detail.name}: ${event.detail.message}`;
    case "drop":
      return `! a message of ${event.detail.message.bytes} bytes was dropped: ${event.detail.cause.message}`;
    case "retry":
      return `~ retry in ${Math.round(event.detail.delay)} ms, ${event.detail.retriesLeft} left`;
    default:
      return `· ${event.type} ${JSON.stringify(event.detail, plain)}`;
  }
}

/** What JSON makes of messages, errors, headers, bytes and `Infinity`. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === "string") return printable(value);
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof (value as { forEach?: unknown } | null)?.forEach === "function" && !Array.isArray(value)) {
    return fieldsOf(value as HeadersLike);
  }
  return value;
}

function fieldsOf(headers: HeadersLike): object {
  const fields: Record<string, string> = {};
  headers.forEach((value, name) => {
    fields[name] = redactHeader(name, value);
  });
  return fields;
}
