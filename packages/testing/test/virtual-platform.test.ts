// The virtual world takes the place of a platform: what an app gives to that one serves here, too.

import { httpResilient } from "@gundam/core";
import { expect, test } from "vitest";
import { browserDeclarations, ignoredOptions } from "../../browser/src/browser-options.ts";
import { nodeDeclarations } from "../../node/src/node-options.ts";
import { virtualClient, virtualWorld } from "../src/index.ts";

/** Every option by its path; groups that are the real network's as one. */
function pathsOf(table: object, prefix = ""): string[] {
  return Object.entries(table).flatMap(([name, declared]) =>
    name === "wsOpts" || name === "sendQueue" ? pathsOf(declared, `${name}.`) : [prefix + name],
  );
}

const paths = new Set([...pathsOf(nodeDeclarations), ...pathsOf(browserDeclarations), ...ignoredOptions]);

test.each([...paths])("%s is known there", (path) => {
  const [group, name] = path.split(".") as [string, string?];
  // What is left out is laid over by its default; an unknown name is refused all the same.
  const options = name === undefined ? { [group]: undefined } : { [group]: { [name]: undefined } };
  const client = virtualClient(virtualWorld(), { ...options, url: "ws://example.test/" });
  client.terminate();
});

test("what is recommended for Node serves there", async () => {
  const world = virtualWorld();
  const client = virtualClient(world, httpResilient({ url: "ws://example.test/" }));
  await world.runtime.advance(0);
  world.network.last.open();
  await world.runtime.advance(0);
  expect(client.phase).toBe("open");
  client.terminate();
});
