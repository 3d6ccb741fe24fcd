// --help, and the README, which tells the same.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { declare } from "../src/arguments.ts";
import { exitCodes } from "../src/exit-codes.ts";
import { examples } from "../src/help.ts";
import { commandHelp } from "../src/slash-commands.ts";
import { gundam } from "./world.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** What stands between marks of the README. */
function block(name: string): string {
  const [, text] = new RegExp(`<!-- ${name}:begin -->\n(.*?)<!-- ${name}:end -->`, "s").exec(readme) ?? [];
  expect(text, `<!-- ${name}:begin --> … <!-- ${name}:end -->`).toBeDefined();
  return text!;
}

test("--help", async () => {
  const { code, stdout, stderr } = await gundam(["--help"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  await expect(stdout).toMatchFileSnapshot("help.txt");
});

test("--help fits into eighty columns, but for its examples", () => {
  const command = declare(80);
  let help = "";
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  const [before = ""] = help.split("Examples:");
  expect(before.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("the README's options are those of --help", () => {
  const groups = new Map<string, string[]>();
  for (const { flags, description, helpGroupHeading = "Options:" } of declare(80).options) {
    const row = `| \`${flags.replaceAll("|", "\\|")}\` | ${description.replaceAll("|", "\\|").replaceAll("<", "\\<")} |`;
    groups.set(helpGroupHeading, [...(groups.get(helpGroupHeading) ?? []), row]);
  }
  groups.get("Options:")!.push("| `-h, --help` | print this |");
  const expected = [...groups].map(
    ([heading, rows]) => `| **${heading.replace(":", "")}** | |\n${rows.join("\n")}`,
  );
  expect(block("options")).toBe(`| option | meaning |\n|---|---|\n${expected.join("\n")}\n`);
});

test("the README's exit codes are those of --help", () => {
  const rows = Object.entries(exitCodes).map(([code, meaning]) => `| ${code} | ${meaning} |`);
  expect(block("exit-codes")).toBe(`| code | when |\n|---|---|\n${rows.join("\n")}\n`);
});

test("the README has the examples of --help", () => {
  const [, ...lines] = examples.replace(/\n\nA server.*/s, "").split("\n");
  const text = lines.map((line) => line.replace(/^ {4}\$ /, "").replace(/^ {2}/, "# ")).join("\n");
  expect(block("examples")).toBe(`\`\`\`sh\n${text}\n\`\`\`\n`);
});

test("the README has what /help says", () => {
  expect(block("commands")).toBe(`\`\`\`text\n${commandHelp()}\n\`\`\`\n`);
});
