// Compares apps/docs/rest-coverage.md with the code; with --update it writes the page anew. The page says for each
// endpoint which function of the client calls it, and on which servers a case has exercised it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clientFunctions } from "../rest-coverage/client-functions.mjs";
import { contractEvidence } from "../rest-coverage/contract-evidence.mjs";
import { anyNames, coveragePage } from "../rest-coverage/coverage-page.mjs";
import { finish, root } from "../workspace.mjs";

const page = "apps/docs/rest-coverage.md";
const endpoints = JSON.parse(readFileSync(join(root, "apps/docs/rest-endpoints.json"), "utf8"));
const functions = clientFunctions(join(root, "packages/client/src"));
const evidence = contractEvidence(join(root, "packages/client/src/contract"));
const { text, missing } = coveragePage(endpoints, functions, evidence);
const known = new Set([...endpoints.lxd, ...endpoints.incus].map(anyNames));
const problems = [
  ...missing.map((route) => `${route}: no function of the client calls it`),
  ...[...functions.keys(), ...evidence.keys()]
    .filter((route) => !known.has(route))
    .map((route) => `${route}: apps/docs/rest-endpoints.json does not list it`),
];

if (process.argv.includes("--update")) writeFileSync(join(root, page), text);
else if (plain(readFileSync(join(root, page), "utf8")) !== plain(text)) {
  problems.push(`${page} does not say what the code does now. Run \`npm run rest-coverage:update\` and commit it.`);
}
finish(problems);

/** The page without what its formatter decides. */
function plain(markdown) {
  return markdown.replaceAll(/[ -]+/g, " ").trim();
}
