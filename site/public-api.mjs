// What the packages offer: every public name and its members, with the docstrings beside them. It is read from the sources,
// by TypeScript's own parser; nothing is type-checked.

import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { entryPoints } from "./entry-points.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Most of the time goes into parsing, and the files stay as they are. */
const parsed = new Map();

/** The sources of entry points, and what `more` gives besides: path → text. */
export function readSources(more = new Map(), from = entryPoints) {
  const config = ts.getParsedCommandLineOfConfigFile(path.join(root, "site/tsconfig.json"), undefined, {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic(diagnostic) {
      throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
    },
  });
  const host = ts.createCompilerHost(config.options, true);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => more.has(file) || fileExists(file);
  host.readFile = (file) => more.get(file) ?? readFile(file);
  host.getSourceFile = (file, ...how) => {
    if (more.has(file)) return ts.createSourceFile(file, more.get(file), ...how);
    if (!parsed.has(file)) parsed.set(file, getSourceFile(file, ...how));
    return parsed.get(file);
  };
  const files = [...from.map(({ file }) => path.join(root, file)), ...more.keys()];
  return ts.createProgram(files, config.options, host);
}

/** What an entry point exports: name → `{ symbol, isType }`. */
export function exportsOf(program, { file }) {
  const checker = program.getTypeChecker();
  const module = checker.getSymbolAtLocation(program.getSourceFile(path.join(root, file)));
  const exported = checker.getExportsOfModule(module).map((given) => {
    const isAlias = given.flags & ts.SymbolFlags.Alias;
    const symbol = isAlias ? checker.getAliasedSymbol(given) : given;
    const isType = !(symbol.flags & ts.SymbolFlags.Value) || given.declarations.some(isTypeExport);
    return [given.name, { symbol, isType }];
  });
  return new Map(exported);
}

function isTypeExport(declaration) {
  return (
    ts.isExportSpecifier(declaration) && (declaration.isTypeOnly || declaration.parent.parent.isTypeOnly)
  );
}

/** Of what a reader wants to see an example. */
export const isCalled = ({ kind }) => kind === "class" || kind === "function";

/**
 * Every public name once, under the first entry point that offers it, each followed by its members. `kind` is "class",
 * "function", "constant", "type" or "member"; `isTold`: what it is stands in its own docstring, in that of the type that it
 * is a part of, or in the standard whose class is extended.
 */
export function readPublicApi(program, from = entryPoints) {
  const checker = program.getTypeChecker();
  const seen = new Set();
  const found = [];

  function describe(symbol, kind, entryPoint, name, partOf) {
    if (seen.has(symbol)) return;
    seen.add(symbol);
    const [declaration] = symbol.declarations;
    const source = declaration.getSourceFile();
    const line = source.getLineAndCharacterOfPosition(declaration.getStart()).line + 1;
    const tags = symbol
      .getJsDocTags(checker)
      .map((tag) => ({ name: tag.name, text: ts.displayPartsToString(tag.text) }));
    const where = `${path.relative(root, source.fileName)}:${line}`;
    const isTold =
      textOf(symbol) !== "" || isToldBy(declaration, partOf) || isOfStandard(symbol, partOf, checker);
    found.push({ entryPoint, name, kind, where, tags, isTold });
  }

  function textOf(symbol) {
    return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
  }

  /** A part of an object type that has no name is told of where that type is. */
  function isToldBy({ parent, name, type }, partOf) {
    if (partOf === undefined || !ts.isTypeLiteralNode(parent)) return false;
    const isSaidByItself = type !== undefined && ts.isLiteralTypeNode(type);
    return isSaidByItself || textOf(partOf).includes(`\`${name.getText()}\``);
  }

  for (const entryPoint of from) {
    for (const [name, { symbol }] of exportsOf(program, entryPoint)) {
      if (!isOurs(symbol)) continue;
      describe(symbol, kindOf(symbol), entryPoint, name);
      for (const declaration of symbol.declarations) {
        for (const [member, memberName, partOf] of membersOf(declaration, name, symbol)) {
          describe(member, "member", entryPoint, memberName, partOf);
        }
      }
    }
  }
  return found;
}

function isOurs(symbol) {
  const file = symbol.declarations?.[0]?.getSourceFile().fileName ?? root;
  return !file.includes("/node_modules/") && file.startsWith(root);
}

/** What a class overrides of one that is not ours, such as an error's `name`. */
function isOfStandard(symbol, partOf, checker) {
  const isMember = partOf !== undefined && partOf.flags & ts.SymbolFlags.Class;
  const bases = isMember ? checker.getBaseTypes(checker.getDeclaredTypeOfSymbol(partOf)) : [];
  return bases.some((base) => {
    const overridden = checker.getPropertyOfType(base, symbol.name);
    return overridden !== undefined && !isOurs(overridden);
  });
}

function kindOf({ flags, valueDeclaration }) {
  if (flags & ts.SymbolFlags.Class) return "class";
  if (flags & ts.SymbolFlags.Function) return "function";
  if (!(flags & ts.SymbolFlags.Variable)) return "type";
  const { initializer, type } = valueDeclaration;
  const isFunction =
    (initializer && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))) ||
    (type && ts.isFunctionTypeNode(type));
  return isFunction ? "function" : "constant";
}

/** The members that users reach, those of nested object types included: `[symbol, name, what it is a part of]`. */
function* membersOf(node, name, partOf) {
  if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node) || ts.isTypeLiteralNode(node)) {
    for (const member of node.members) {
      if (!member.symbol || !member.name || !isReachable(member)) continue;
      const memberName = `${name}.${member.name.getText()}`;
      yield [member.symbol, memberName, partOf];
      if (member.type) yield* membersOf(member.type, memberName, member.symbol);
    }
  } else if (ts.isUnionTypeNode(node) || ts.isIntersectionTypeNode(node)) {
    for (const type of node.types) yield* membersOf(type, name, partOf);
  } else if (
    ts.isTypeAliasDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isParenthesizedTypeNode(node)
  ) {
    if (node.type) yield* membersOf(node.type, name, partOf);
  }
}

function isReachable(member) {
  if (ts.isPrivateIdentifier(member.name) || ts.isComputedPropertyName(member.name)) return false;
  if (ts.getJSDocTags(member).some(({ tagName }) => tagName.text === "internal")) return false;
  return !(ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected));
}
