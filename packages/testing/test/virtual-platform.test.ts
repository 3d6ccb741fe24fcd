// What takes the place of a platform: what an app gives to that one serves here, too.

import { httpResilient } from "@gundam/core";
import { describe, expect, test } from "vitest";
import { browserDeclarations, ignoredOptions } from "../../browser/src/browser-options.ts";
import { nodeDeclarations } from "../../node/src/node-options.ts";
import { virtualPage } from "../src/in-page/index.ts";
import { virtualClient, virtualWorld } from "../src/index.ts";

/** Every option by its path; groups that are the real network's as one. */
function pathsOf(table: object, prefix = ""): string[] {
  return Object.entries(table).flatMap(([name, declared]) =>
    name === "wsOpts" || name === "sendQueue" ? pathsOf(declared, `${name}.`) : [prefix + name],
  );
}

const paths = new Set([...pathsOf(nodeDeclarations), ...pathsOf(browserDeclarations), ...ignoredOptions]);

describe.each([
  ["the virtual world", virtualWorld],
  ["the virtual page", virtualPage],
])("%s", (_, makeWorld) => {
  test.each([...paths])("knows %s", (path) => {
    const [group, name] = path.split(".") as [string, string?];
    // What is left out is laid over by its default; an unknown name is refused all the same.
    const options = name === undefined ? { [group]: undefined } : { [group]: { [name]: undefined } };
    const client = virtualClient(makeWorld(), { ...options, url: "ws://example.test/" });
    client.terminate();
  });

  test("takes what is recommended for Node", async () => {
    const client = virtualClient(makeWorld(), httpResilient({ url: "ws://example.test/" }));
    expect(client.phase).toBe("connecting");
    client.terminate();
  });
});
