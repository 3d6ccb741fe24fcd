// The reference, from the docstrings: a page for each public name, under the entry point that offers it and the task that it
// is for. `makeReference` writes the pages as Markdown, and a tree of them, `navigation.json`, beside them.

import { writeFileSync } from "node:fs";
import path from "node:path";
import { Application, Comment, CommentTag, Converter, ReflectionKind } from "typedoc";
import { MarkdownPageEvent } from "typedoc-plugin-markdown";
import { ignoredOptions } from "../packages/browser/dist/browser-options.js";
import { pathIn } from "../scripts/option-table.mjs";
import { entryPoints } from "./entry-points.mjs";
import { importLines, readExamples } from "./examples.mjs";
import { repository } from "./links.mjs";
import { readSources, root } from "./public-api.mjs";

export async function makeReference(out) {
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown"],
    entryPoints: entryPoints.map(({ file }) => path.join(root, file)),
    sortEntryPoints: false,
    tsconfig: path.join(root, "site/tsconfig.json"),
    basePath: root,
    // The sources' own build has found none.
    skipErrorChecking: true,
    excludeExternals: true,
    excludePrivate: true,
    excludeProtected: true,
    excludeInternal: true,
    readme: "none",
    disableGit: true,
    sourceLinkTemplate: `${repository}/blob/main/packages/{path}#L{line}`,
    blockTags: ["@category", "@default", "@example", "@internal", "@unit", "@source"],
    categorizeByGroup: false,
    categoryOrder: entryPoints.flatMap(({ tasks }) => Object.keys(tasks)),
    // As they are arranged, and declared.
    sort: [],
    indexFormat: "table",
    validation: { notExported: false, invalidLink: true },
    logLevel: "Warn",
    treatWarningsAsErrors: true,
    outputFileStrategy: "members",
    entryFileName: "index",
    hidePageHeader: true,
    hideBreadcrumbs: true,
    pageTitleTemplates: { module: "{name}", member: titleOf },
    useCodeBlocks: true,
    expandParameters: true,
    // Before its parameters.
    blockTagsPreserveOrder: ["@example"],
    parametersFormat: "table",
    typeDeclarationFormat: "table",
    navigationJson: path.join(out, "navigation.json"),
    navigation: { includeCategories: true, includeGroups: false, includeFolders: false },
    outputs: [{ name: "markdown", path: out }],
  });
  const imports = importsOfExamples();
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children) arrange(module);
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.comment) sayInLine(reflection);
      for (const tag of reflection.comment?.getTags("@example") ?? []) withImports(tag, imports);
    }
  });
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    page.contents = `---\neditLink: false\n---\n\n${withoutClutter(page.contents)}`;
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("the sources could not be read");
  await app.generateOutputs(project);
  writeFileSync(path.join(out, "index.md"), front());
  if (app.logger.hasWarnings() || app.logger.hasErrors()) throw new Error("the reference has faults");
}

/** Which import gives what. */
function front() {
  const rows = entryPoints.map(({ name, about }) => {
    const folder = name.replaceAll(" ", "-");
    // Links within the text are written for the entry point's own page.
    return `| [\`${name}\`](${folder}/index.md) | ${about.replaceAll("](../", "](")} |`;
  });
  return [
    "---",
    "editLink: false",
    "---",
    "",
    "# Reference",
    "",
    "| import from | what it is |",
    "|---|---|",
    ...rows,
    "",
  ].join("\n");
}

/** Its type parameters stand in the signature. */
function titleOf({ rawName }) {
  return rawName.replace(/<.*/s, "");
}

/** An entry point by its name, with its names by task. */
function arrange(module) {
  const [{ fullFileName }] = module.sources;
  const { name, about, tasks } = entryPoints.find(({ file }) => path.join(root, file) === fullFileName);
  module.name = name;
  module.comment = new Comment([{ kind: "text", text: about }]);
  // A name that another entry point offers first has its page there.
  for (const child of module.children.filter(isReference)) module.project.removeReflection(child);
  const taskOf = Object.fromEntries(
    Object.entries(tasks).flatMap(([task, names]) => names.map((one) => [one, task])),
  );
  const order = Object.keys(taskOf);
  const byTask = (one, other) => order.indexOf(one.name) - order.indexOf(other.name);
  module.children.sort(byTask);
  module.childrenIncludingDocuments.sort(byTask);
  for (const child of module.children) {
    for (const told of child.signatures ?? [child]) {
      told.comment ??= new Comment();
      told.comment.blockTags.push(new CommentTag("@category", [{ kind: "text", text: taskOf[child.name] }]));
    }
  }
}

const isReference = ({ kind }) => kind === ReflectionKind.Reference;

const facts = { "@unit": "Unit", "@default": "Default", "@source": "After" };

/** What is said of an option in a word each, and that browsers ignore it, stands in a line below its meaning. */
function sayInLine(reflection) {
  const { comment } = reflection;
  const said = comment.blockTags.filter(({ tag }) => tag in facts);
  if (said.length === 0) return;
  comment.blockTags = comment.blockTags.filter((tag) => !said.includes(tag));
  const line = said.flatMap(({ tag, content }) => [
    { kind: "text", text: `${facts[tag]}: ` },
    ...content.map((part) => ({ ...part, text: part.text.replace(/^```ts\n|\n```$/g, "").trim() })),
    { kind: "text", text: ". " },
  ]);
  const option = pathIn(reflection.parent?.name ?? "", reflection.name);
  if (ignoredOptions.some((name) => option === name || option?.startsWith(`${name}.`))) {
    line.push({ kind: "text", text: "**Browsers ignore it.**" });
  }
  comment.summary.push({ kind: "text", text: "\n\n" }, ...line);
}

/** Of each member it is said in what file it is declared, and of which type it is inherited: once, last, is enough. */
function withoutClutter(page) {
  const [first = ""] = page.match(declared) ?? [];
  const text = page
    .replace(declared, "")
    .replace(/^#+ (?:Inherited from|Overrides|Implementation of)\n\n.*\n\n?/gm, "");
  return `${text.trimEnd()}\n\n${first.replace("Defined in", "Source")}`;
}

const declared = /^Defined in: .*\n\n/gm;

/** By the code of an example, what a reader would import for it. */
function importsOfExamples() {
  // Readers import the same on every platform.
  const shown = (example) => importLines(example).replaceAll("@gundam/browser", "gundam");
  return new Map(readExamples(readSources()).map((example) => [squeezed(example.code), shown(example)]));
}

function withImports(tag, imports) {
  for (const part of tag.content) {
    const code = /^```ts\n([\s\S]*)\n```$/.exec(part.text)?.[1];
    const lines = code === undefined ? undefined : imports.get(squeezed(code));
    if (lines) part.text = `\`\`\`ts\n${lines}\n\n${code}\n\`\`\``;
  }
}

const squeezed = (code) => code.replace(/\s+/g, "");
