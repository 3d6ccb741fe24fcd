// Makes src/mask-module.ts of mask.wat. `node wasm/build.mjs`; a test fails when it is out of date.

import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import wabt from "wabt";

/** The text of src/mask-module.ts. */
export async function maskModule() {
  const source = readFileSync(new URL("mask.wat", import.meta.url), "utf8");
  const parsed = (await wabt()).parseWat("mask.wat", source, { simd: true });
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return `// Made of wasm/mask.wat by wasm/build.mjs.

/** A WebAssembly module, in base64. */
export const maskModule: string =
  "${Buffer.from(buffer).toString("base64")}";
`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  writeFileSync(new URL("../src/mask-module.ts", import.meta.url), await maskModule());
}
