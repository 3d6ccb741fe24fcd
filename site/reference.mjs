// The reference, from the docstrings: a page for each public name, under the entry point that offers it and the task that it
// is for. `makeReference` writes the pages as Markdown, and a tree of them, `navigation.json`, beside them.

import path from "node:path";
import { Application, Comment, CommentTag, Converter, ReflectionKind } from "typedoc";
import { MarkdownPageEvent } from "typedoc-plugin-markdown";
import { ignoredOptions } from "../packages/browser/dist/browser-options.js";
import { pathIn } from "../scripts/option-table.mjs";
import { entryPoints } from "./entry-points.mjs";
import { importLines, readExamples } from "./examples.mjs";
import { readSources, root } from "./public-api.mjs";
import { repository } from "./links.mjs";

/** What a name is called by that another entry point offers first. */
const elsewhere = "Told of elsewhere";

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
    categoryOrder: [...entryPoints.flatMap(({ tasks }) => Object.keys(tasks)), elsewhere, "*"],
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
    useCodeBlocks: true,
    expandParameters: true,
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
    page.contents = `---\neditLink: false\n---\n\n${page.contents}`;
  });
  const project = await app.convert();
  if (project === undefined) throw new Error("the sources could not be read");
  await app.generateOutputs(project);
  if (app.logger.hasWarnings() || app.logger.hasErrors()) throw new Error("the reference has faults");
}

/** An entry point by its name, with its names by task. */
function arrange(module) {
  const [{ fullFileName }] = module.sources;
  const { name, about, tasks } = entryPoints.find(({ file }) => path.join(root, file) === fullFileName);
  module.name = name;
  module.comment = new Comment([{ kind: "text", text: about }]);
  const taskOf = Object.fromEntries(
    Object.entries(tasks).flatMap(([task, names]) => names.map((one) => [one, task])),
  );
  const order = Object.keys(taskOf);
  const placeOf = ({ name }) => (order.includes(name) ? order.indexOf(name) : order.length);
  module.children.sort((one, other) => placeOf(one) - placeOf(other));
  for (const child of module.children) {
    const task = child.kind === ReflectionKind.Reference ? elsewhere : taskOf[child.name];
    for (const told of [child, ...(child.signatures ?? [])]) {
      told.comment ??= new Comment();
      told.comment.blockTags.push(new CommentTag("@category", [{ kind: "text", text: task }]));
    }
  }
}

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

/** By the code of an example, what a reader would import for it. */
function importsOfExamples() {
  return new Map(readExamples(readSources()).map((example) => [squeezed(example.code), importLines(example)]));
}

function withImports(tag, imports) {
  for (const part of tag.content) {
    const code = /^```ts\n([\s\S]*)\n```$/.exec(part.text)?.[1];
    const lines = code === undefined ? undefined : imports.get(squeezed(code));
    if (lines) part.text = `\`\`\`ts\n${lines}\n\n${code}\n\`\`\``;
  }
}

const squeezed = (code) => code.replace(/\s+/g, "");
