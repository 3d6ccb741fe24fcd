// Where browsers are found and how missing ones are installed, on machines that are folders.

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type BrowserName,
  findBrowsers,
  installBrowsers,
  instructions,
  missingBrowsers,
} from "./browsers.mjs";

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "gundam-browsers-"));
});

afterEach(() => rmSync(root, { recursive: true }));

/** Puts a program there, which runs or fails. */
function install(file: string, status = 0): string {
  const target = path.join(root, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, `#!/bin/sh\nexit ${status}\n`);
  chmodSync(target, 0o755);
  return target;
}

const places = (env: Record<string, string> = {}) => ({
  env,
  root,
  downloaded: (name: BrowserName) => path.join(root, "downloads", name),
});

describe("finding", () => {
  it("finds nothing on an empty machine", () => {
    expect(findBrowsers(places())).toEqual({});
    expect(missingBrowsers(places())).toEqual(["chromium", "firefox"]);
  });

  it("finds installed browsers, and starts an installed Firefox over WebDriver BiDi", () => {
    const chromium = install("usr/bin/google-chrome");
    const firefox = install("usr/bin/firefox-esr");
    expect(findBrowsers(places())).toEqual({
      chromium: { executablePath: chromium, args: expect.arrayContaining(["--no-sandbox"]) },
      firefox: { executablePath: firefox, channel: "moz-firefox" },
    });
    expect(missingBrowsers(places())).toEqual([]);
  });

  it("prefers what the environment names", () => {
    install("usr/bin/chromium");
    const named = install("opt/chrome");
    expect(findBrowsers(places({ GUNDAM_CHROMIUM: named })).chromium?.executablePath).toBe(named);
  });

  it("refuses a name in the environment that leads nowhere", () => {
    const nowhere = path.join(root, "nowhere");
    expect(() => findBrowsers(places({ GUNDAM_FIREFOX: nowhere }))).toThrow(
      `GUNDAM_FIREFOX names ${nowhere}, which is not there.`,
    );
  });

  it("leaves Playwright's own download to Playwright", () => {
    install("downloads/firefox");
    expect(findBrowsers(places())).toEqual({ firefox: {} });
    expect(missingBrowsers(places())).toEqual(["chromium"]);
  });

  it("counts a browser that cannot start as missing", () => {
    install("downloads/chromium", 127);
    install("usr/bin/firefox", 1);
    expect(missingBrowsers(places())).toEqual(["chromium", "firefox"]);
  });
});

describe("installing", () => {
  const missing = () => missingBrowsers(places());

  it("does nothing when nothing is missing", async () => {
    install("usr/bin/chromium");
    install("usr/bin/firefox");
    const never = () => expect.unreachable();
    expect(await installBrowsers({ missing, ways: [never] })).toEqual([]);
  });

  it("tries one way after the other, for what is still missing", async () => {
    const asked: BrowserName[][] = [];
    const ways = [
      (names: BrowserName[]) => {
        asked.push(names);
        install("downloads/chromium");
      },
      (names: BrowserName[]) => {
        asked.push(names);
        install("usr/bin/firefox-esr");
      },
      () => expect.unreachable(),
    ];
    expect(await installBrowsers({ missing, ways })).toEqual([]);
    expect(asked).toEqual([["chromium", "firefox"], ["firefox"]]);
  });

  it("says what could not be installed, and what to do", async () => {
    const left = await installBrowsers({ missing, ways: [() => install("usr/bin/chromium")] });
    expect(left).toEqual(["firefox"]);
    expect(instructions(left)).toContain("apt-get install firefox-esr");
    expect(instructions(left)).toContain("GUNDAM_FIREFOX=");
  });
});
