// Checks that the changesets can be released as they are: each names packages that exist, says something to the
// reader, and every public package that was never released has one.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import getReleasePlan from "@changesets/get-release-plan";
import { finish, root, workspacePackages } from "../workspace.mjs";

const unreleased = "0.0.0";
const packages = workspacePackages();
const problems = [];

try {
  const plan = await getReleasePlan(root);
  for (const { id, summary, releases } of plan.changesets) {
    if (summary.trim() === "") problems.push(`.changeset/${id}.md: says nothing about the change`);
    for (const { name } of releases) {
      const found = packages.find((candidate) => candidate.name === name);
      if (found !== undefined && !found.isPublic) problems.push(`.changeset/${id}.md: ${name} is private`);
    }
  }
  const named = new Set(plan.changesets.flatMap(({ releases }) => releases.map(({ name }) => name)));
  for (const { name, manifest, isPublic } of packages) {
    if (isPublic && manifest.version === unreleased && !named.has(name)) {
      problems.push(`${name}: was never released and no changeset in .changeset/ names it`);
    }
  }
} catch (error) {
  problems.push(`The changesets cannot be released: ${error.message}`);
}
for (const file of readdirSync(join(root, ".changeset")).filter((name) => name.endsWith(".md"))) {
  if (!readFileSync(join(root, ".changeset", file), "utf8").startsWith("---\n")) {
    problems.push(`.changeset/${file}: does not begin with the packages it is about`);
  }
}
finish(problems);
