import { commands } from "vitest/browser";
import type {} from "../../scripts/vitest-server-commands.ts";
import { connectWithCookie } from "./cookie.ts";
import { describeAuthentication, freshTokenOf, type StartGuard, testRenewal } from "./suite.ts";

const startGuard: StartGuard = async (options) => {
  const { id, url, tokens } = await commands.startGuard(options);
  return {
    url,
    tokens,
    expire: (code) => commands.expireTokens(id, code),
    given: () => commands.givenTokens(id),
    stop: () => commands.stopServer(id),
  };
};

// A browser tells no page that it was 401: there it is a connection that failed.
describeAuthentication(startGuard, 401, 4401);

testRenewal("cookie", startGuard, 4401, (guard) => {
  const renew = async () => {
    // A server would set it, and have it HttpOnly.
    // biome-ignore lint/suspicious/noDocumentCookie: Firefox has no CookieStore in all versions.
    document.cookie = `session=${await freshTokenOf(guard)()}`;
  };
  return connectWithCookie(guard.url, renew);
});
