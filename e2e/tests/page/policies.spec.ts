import type { Page } from "@playwright/test";
import { expect, test } from "./page.ts";

/** Has a client try, and gives what it said when it was over; `undefined` when it has tried twice. */
function tries(tab: Page, url: string): Promise<{ message: string; attempts: number; violations: number }> {
  return tab.evaluate(async (url) => {
    let violations = 0;
    document.addEventListener("securitypolicyviolation", () => violations++);
    let attempts = 0;
    const client = gundam.connect(
      gundam.resilient({ url, retryFun: () => ({ retries: Infinity, timeout: 100 }) }),
    );
    client.on("attempt", () => attempts++);
    const message = await new Promise<string>((resolve) => {
      client.once("close", ({ error }) => resolve(error!.message));
      client.on("retry", () => attempts === 3 && resolve("it is tried again"));
    });
    client.terminate();
    // The report of a violation may come after the refusal.
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { message, attempts, violations };
  }, url);
}

test.describe("Content-Security-Policy", () => {
  test("forbids the connection: it stops, and says so", async ({ tab, server, site }) => {
    await tab.goto(`${site.origin}/?policy=connect-src 'self'`);
    const { message, attempts, violations } = await tries(tab, server.url);
    expect(message).toMatch(/Content-Security-Policy|CSP/);
    expect({ attempts, violations }).toEqual({ attempts: 1, violations: 1 });
    expect(server.record.counts.tcpConnections).toBe(0);
  });

  test("that allows it is not in the way", async ({ tab, server, site }) => {
    await tab.goto(`${site.origin}/?policy=connect-src ws://127.0.0.1:${server.port}`);
    expect(await opens(tab, server.url)).toBe("opened");
  });
});

test.describe("mixed content", () => {
  test.use({ secure: true });

  test("is refused: it stops, and says so", async ({ tab }) => {
    const { message, attempts } = await tries(tab, "ws://elsewhere.invalid/");
    expect(attempts).toBe(1);
    expect(message).toMatch(/wss:|mixed content/i);
  });

  test("does not mean this machine, to which https: pages may connect", async ({ tab, server }) => {
    expect(await opens(tab, server.url)).toBe("opened");
  });
});

test.describe("a port that browsers block", () => {
  test("is a failed attempt like any other", async ({ tab }) => {
    const { attempts, message } = await tries(tab, "ws://127.0.0.1:6667/");
    expect(message).toBe("it is tried again");
    expect(attempts).toBe(3);
  });
});

/** Rejects where it does not open. */
function opens(tab: Page, url: string): Promise<string> {
  return tab.evaluate(
    (url) =>
      gundam
        .connect({ url })
        .ready()
        .then(() => "opened"),
    url,
  );
}
