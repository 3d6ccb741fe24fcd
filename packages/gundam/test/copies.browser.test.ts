import { commands } from "vitest/browser";
import type {} from "../../../scripts/vitest-server-commands.ts";
import * as gundam from "../src/browser.ts";
import { describeCopies, type Gundam } from "./copies.ts";
import { startServerBehindCommands } from "./suite-servers/browser-server.ts";

describeCopies({
  exported: Object.keys(gundam),
  async load(program, change = (text) => text) {
    const text = change(await commands.bundled(program));
    const url = URL.createObjectURL(new Blob([text], { type: "text/javascript" }));
    return (await import(/* @vite-ignore */ url)) as Gundam;
  },
  startServer: startServerBehindCommands,
  isNode: false,
});
