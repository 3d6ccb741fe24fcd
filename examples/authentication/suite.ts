// The ways that there are on Node and in browsers: refused once, and again when the token has expired.

import { explain, type GundamError, type WebSocketClient } from "gundam";
import { expect, onTestFinished, test, vi } from "vitest";
import { connectWithFirstMessage } from "./first-message.ts";
import { connectUntilLoggedOut } from "./log-out.ts";
import type { GuardOptions } from "./servers/guard.ts";
import { connectWithSubprotocol } from "./subprotocol.ts";
import { connectWithTicket } from "./ticket.ts";

/** A guard in this process or behind commands. */
export interface SuiteGuard {
  readonly url: string;
  readonly tokens: string;
  expire(code: number): Promise<void>;
  given(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export type StartGuard = (options: GuardOptions) => Promise<SuiteGuard>;

type Way = (guard: SuiteGuard) => WebSocketClient;

export const freshTokenOf =
  ({ tokens }: SuiteGuard) =>
  async (): Promise<string> => {
    const response = await fetch(tokens, { method: "POST" });
    return (await response.json()).token;
  };

const until = (holds: () => void) => vi.waitFor(holds, { timeout: 10_000 });

/** The first token is refused; the second is welcome, until it expires; and so is the third. */
export function testRenewal(name: string, startGuard: StartGuard, refusal: number, way: Way): void {
  test(`${name}: refused with ${refusal}, expired, and each time back with a fresh token`, {
    timeout: 30_000,
  }, async () => {
    const guard = await startGuard({ refusal, stale: 1 });
    const client = way(guard);
    const welcomes: unknown[] = [];
    const told: (GundamError | string)[] = [];
    client.on("message", (message) => welcomes.push(message));
    client.on("error", (error) => told.push(error, error.stack ?? ""));
    onTestFinished(async () => {
      client.terminate();
      await guard.stop();
    });
    await until(() => expect(welcomes).toEqual(["welcome"]));
    await guard.expire(4401);
    await until(() => expect(welcomes).toEqual(["welcome", "welcome"]));

    const given = await guard.given();
    expect(given).toHaveLength(3);
    const seen = `${told} ${explain(client)} ${JSON.stringify(explain(client))}`;
    expect(seen).toContain("attempt");
    expect(given.filter((token) => seen.includes(token))).toEqual([]);
  });
}

/** The refusals: of a ticket, and of a subprotocol. */
export function describeAuthentication(
  startGuard: StartGuard,
  ofTicket: number,
  ofSubprotocol: number,
): void {
  testRenewal("ticket", startGuard, ofTicket, ({ url, tokens }) => connectWithTicket(url, tokens));
  testRenewal("subprotocol", startGuard, ofSubprotocol, (guard) =>
    connectWithSubprotocol(guard.url, freshTokenOf(guard)),
  );
  testRenewal("first message", startGuard, 4401, (guard) => {
    const client = connectWithFirstMessage(`${guard.url}first-message`, freshTokenOf(guard));
    const chat = JSON.stringify({ type: "chat", text: "what waits comes after the login" });
    client.on("disconnect", () => client.send(chat));
    return client;
  });

  test("log out: a code of the server's own ends the client", async () => {
    const guard = await startGuard({});
    const loggedOut = vi.fn();
    const client = connectUntilLoggedOut(guard.url, freshTokenOf(guard), loggedOut);
    const welcomed = vi.fn();
    client.on("message", welcomed);
    onTestFinished(() => guard.stop());
    await until(() => expect(welcomed).toHaveBeenCalledTimes(1));
    await guard.expire(4401);
    await until(() => expect(welcomed).toHaveBeenCalledTimes(2));
    expect(loggedOut).not.toHaveBeenCalled();
    await guard.expire(4403);
    await until(() => expect(loggedOut).toHaveBeenCalledOnce());
    expect(client.phase).toBe("closed");
  });
}
