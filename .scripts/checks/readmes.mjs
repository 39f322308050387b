// Checks the READMEs: code in them is the text of an example that tests run, public packages have all sections,
// and every error code of a package is explained. With --update it copies the examples into the READMEs.
//
// Before a block stands a comment with the example's path from the README's folder:
//   <!-- example: examples/launch.ts -->
// The block is what stands between `// #region readme` and `// #endregion` in that file, else the whole file.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { finish, root, workspacePackages } from "../workspace.mjs";

const sections = ["Install", "Example", "What it does not do", "Errors", "Supported servers", "Licence"];
const isUpdate = process.argv.includes("--update");
const block = /^(?:<!-- example: (?<example>\S+) -->\n+)?```(?:ts|typescript)\b[^\n]*\n(?<code>[^]*?)^```$/gm;
const problems = [];

for (const { folder, name, isPublic } of workspacePackages()) {
  const path = join(root, folder, "README.md");
  if (!existsSync(path)) {
    if (folder.startsWith("packages/") || isPublic) problems.push(`${folder}: has no README.md`);
    continue;
  }
  checkCode(folder);
  if (!isPublic || !folder.startsWith("packages/")) continue;
  const text = readFileSync(path, "utf8");
  checkSections(folder, name, text);
  checkErrors(folder, text);
}
if (existsSync(join(root, "README.md"))) checkCode(".");
else problems.push("README.md: the repository has none");
finish(problems);

/** Compares each TypeScript block with the example that it names. */
function checkCode(folder) {
  const path = join(root, folder, "README.md");
  const text = readFileSync(path, "utf8");
  const shown = join(folder, "README.md");
  const updated = text.replaceAll(block, (whole, example, code) => {
    if (example === undefined) {
      problems.push(`${shown}: a block of TypeScript does not say which example it is taken from`);
      return whole;
    }
    if (!existsSync(join(root, folder, example))) {
      problems.push(`${shown}: there is no ${example}`);
      return whole;
    }
    const wanted = region(readFileSync(join(root, folder, example), "utf8"));
    if (code === wanted) return whole;
    if (!isUpdate) problems.push(`${shown}: the code differs from ${example}; \`npm run readme:update\` copies it`);
    return `<!-- example: ${example} -->\n\n\`\`\`ts\n${wanted}\`\`\``;
  });
  if (isUpdate && updated !== text) writeFileSync(path, updated);
}

function region(source) {
  const [, inner] = /^[ \t]*\/\/ #region readme\n([^]*?)^[ \t]*\/\/ #endregion/m.exec(source) ?? [undefined, source];
  const lines = inner.trimEnd().split("\n");
  const indent = Math.min(...lines.filter((line) => line !== "").map((line) => line.search(/\S/)));
  return `${lines.map((line) => line.slice(indent)).join("\n")}\n`;
}

function checkSections(folder, name, text) {
  const [title, charter] = text.split(/\n\n+/);
  if (title !== `# ${name}`) problems.push(`${folder}/README.md: must begin with "# ${name}"`);
  if (charter === undefined || charter.startsWith("#")) {
    problems.push(`${folder}/README.md: the title must be followed by the package's charter`);
  }
  const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  for (const section of sections) {
    if (!headings.includes(section)) problems.push(`${folder}/README.md: the section "## ${section}" is missing`);
  }
  if (!/^```(?:ts|typescript)$/m.test(text)) problems.push(`${folder}/README.md: has no TypeScript example`);
}

/** Every code that the package's own sources give to an error must be in its README. */
function checkErrors(folder, text) {
  const sources = readdirSync(join(root, folder, "src"), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".ts") && !file.endsWith(".test.ts"),
  );
  const codes = new Map();
  for (const file of sources) {
    for (const line of readFileSync(join(root, folder, "src", file), "utf8").split("\n")) {
      if (!/\bcode\b/.test(line) && !/-(?:error|failure)\.ts$/.test(file)) continue;
      for (const [, code] of line.matchAll(/"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"/g)) codes.set(code, file);
    }
  }
  for (const [code, file] of codes) {
    // Codes of Node, of its TLS and of libraries, which the sources only look at.
    const isForeign = /^(?:UND_ERR|ERR|SELF_SIGNED|BLOCK_AS)_/.test(code);
    if (!isForeign && !text.includes(`\`${code}\``)) {
      problems.push(`${folder}/README.md: the error code ${code} (src/${file}) is not explained`);
    }
  }
}
