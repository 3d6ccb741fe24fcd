// The examples of docstrings as programs: with the imports that a reader would write, and with stand-ins for what an example
// has from elsewhere, such as its client.

import path from "node:path";
import ts from "typescript";
import { entryPoints } from "./entry-points.mjs";
import { exportsOf, readPublicApi, readSources, root } from "./public-api.mjs";

/** What an example may have from elsewhere. */
const standIns = {
  client: 'import("gundam").WebSocketClient',
  url: "string",
  server: 'import("@gundam/testing/server").EchoServer',
  platform: 'import("@gundam/core").Platform',
  dial: 'import("@gundam/core").Dial<any>',
  events: 'import("@gundam/protocol").ProtocolEvents',
  extension: 'import("@gundam/protocol").PerMessageDeflate',
  nodePlatform: 'import("@gundam/core").Platform',
  createTransportDial: '() => import("@gundam/core").Dial<any>',
  readFileSync: 'typeof import("node:fs").readFileSync',
  spawn: 'typeof import("node:child_process").spawn',
};

/** All examples: `{ name, code, imports, needs }`; `imports`: specifier → names, `needs`: the stand-ins. */
export function readExamples(program, from = entryPoints) {
  const checker = program.getTypeChecker();
  const isGlobal = (name) => checker.resolveName(name, undefined, ts.SymbolFlags.Value, false) !== undefined;
  const offered = new Map(from.map((entryPoint) => [entryPoint, exportsOf(program, entryPoint)]));
  return readPublicApi(program, from).flatMap(({ name, where, tags, entryPoint }) =>
    tags
      .filter((tag) => tag.name === "example")
      .map(({ text }) => ({ name, where, code: text, ...needsOf(text, entryPoint, offered, isGlobal) })),
  );
}

/** Where the names come from that an example does not declare: from its own entry point rather than from another. */
function needsOf(code, own, offered, isGlobal) {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  const [used, declared] = namesOf(source);
  const imports = new Map();
  const needs = [];
  for (const name of used) {
    if (declared.has(name)) continue;
    const isFromElsewhere = Object.hasOwn(standIns, name) || isGlobal(name);
    const candidates = isFromElsewhere ? [own] : [own, ...offered.keys()];
    const from = candidates.find((entryPoint) => offered.get(entryPoint).has(name));
    if (from !== undefined) {
      const { isType } = offered.get(from).get(name);
      const names = imports.get(from.specifier) ?? [];
      imports.set(from.specifier, [...names, isType ? `type ${name}` : name]);
    } else if (Object.hasOwn(standIns, name)) needs.push(name);
  }
  return { imports, needs };
}

/** The names that a program refers to, and those that it declares. */
function namesOf(source) {
  const used = new Set();
  const declared = new Set();
  (function visit(node) {
    if (ts.isIdentifier(node)) {
      const { parent } = node;
      const isMember =
        (ts.isPropertyAccessExpression(parent) && parent.name === node) ||
        (ts.isPropertyAssignment(parent) && parent.name === node) ||
        (ts.isMethodDeclaration(parent) && parent.name === node) ||
        (ts.isBindingElement(parent) && parent.propertyName === node);
      const isDeclared =
        parent.name === node &&
        (ts.isVariableDeclaration(parent) ||
          ts.isBindingElement(parent) ||
          ts.isParameter(parent) ||
          ts.isClassDeclaration(parent) ||
          ts.isInterfaceDeclaration(parent) ||
          ts.isTypeAliasDeclaration(parent) ||
          ts.isFunctionDeclaration(parent) ||
          ts.isImportSpecifier(parent));
      if (isDeclared) declared.add(node.text);
      else if (!isMember) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  })(source);
  return [used, declared];
}

/** What a reader would write before the example. */
export function importLines({ imports }) {
  return [...imports]
    .map(([specifier, names]) => `import { ${names.sort().join(", ")} } from "${specifier}";`)
    .join("\n");
}

/** What TypeScript holds against the examples, each as a program of its own: a line each. */
export function checkExamples(examples) {
  const programs = examples.map((example, index) => {
    const needed = example.needs.map((name) => `declare const ${name}: ${standIns[name]};\n`);
    const head = `${importLines(example)}\nexport {};\n${needed.join("")}`;
    return [path.join(root, `site/examples/${index}.ts`), head, example];
  });
  const program = readSources(new Map(programs.map(([file, head, { code }]) => [file, head + code])), []);
  return programs.flatMap(([file, head, { name, where }]) => {
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText, start }) => {
      const line = source.text.slice(head.length, start).split("\n").length;
      return `${where} ${name}, line ${line}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
    });
  });
}

/** What stands behind an arrow is what the expression before it gives. */
const claim = /^(.*); \/\/ → (.*)$/gm;

export const makesClaims = ({ code }) => code.search(claim) >= 0;

/** The example as a function's body, in JavaScript: `expect(given, expected)` is called for each of its claims. */
export function runnable({ code }) {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(code.replace(claim, "expect($1, $2);"), { compilerOptions }).outputText;
}
