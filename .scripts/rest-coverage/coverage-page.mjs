/** A route whose names do not matter: `GET /1.0/profiles/{}`. */
export function anyNames(route) {
  return route.replaceAll(/\{\w+\}/g, "{}");
}

const families = [
  { key: "lxd", title: "LXD 5.0.2" },
  { key: "incus", title: "Incus 6.0.4" },
];

/** The page, and the endpoints for which there is no function. */
export function coveragePage(endpoints, functions, evidence) {
  const missing = [...endpoints.lxd, ...endpoints.incus].filter((route) => !functions.has(anyNames(route)));
  const reasons = [];
  const noteFor = (reason) => {
    if (!reasons.includes(reason)) reasons.push(reason);
    return `[${reasons.indexOf(reason) + 1}]`;
  };
  const cell = (route, { key }, isIncusOnly) => {
    if (isIncusOnly && key === "lxd") return "not there";
    const { covered, refused } = evidence.get(anyNames(route)) ?? { covered: new Map(), refused: new Map() };
    if (covered.has(key)) return covered.get(key) === "" ? "passed" : `passed ${noteFor(covered.get(key))}`;
    return refused.has(key) ? `error path only ${noteFor(refused.get(key))}` : "not exercised";
  };
  const row = (route, isIncusOnly) => {
    const names = functions.get(anyNames(route)) ?? [];
    const cells = [names.map((name) => `\`${name}\``).join(", ") || "none"];
    cells.push(...families.map((family) => cell(route, family, isIncusOnly)));
    return { text: `| \`${route}\` | ${cells.join(" | ")} |`, cells };
  };
  const tables = [
    { title: "LXD 5.0 and Incus 6.0", rows: endpoints.lxd.map((route) => row(route, false)) },
    { title: "Incus 6.0 only", rows: endpoints.incus.map((route) => row(route, true)) },
  ];
  const count = (rows, index, word) => rows.filter(({ cells }) => cells[index + 1].startsWith(word)).length;
  const summary = tables.flatMap(({ title, rows }) =>
    families.map((family, index) => {
      const numbers = [
        rows.length,
        ...["passed", "error path only", "not exercised"].map((word) => count(rows, index, word)),
      ];
      return `| ${title} | ${family.title} | ${numbers.join(" | ")} |`;
    }),
  );
  const text = `# REST coverage

Each method and path of the REST API, the function of \`@lxdkit/client\` that calls it, and what the cases on real servers show. This page is made from the code by \`npm run rest-coverage:update\`, and \`npm run verify\` compares the two.

**passed**: while a case of \`packages/client/src/contract\` ran, the server answered the request with success (2xx, or 101 for a socket), and the case saw the effect in a second reading that does not use the client. The test fails when a route that it names was not answered so. **error path only**: on these servers the request can only be refused, or is answered wrongly, for the reason in the note; a case shows that the caller is told.

| endpoints | server | pairs | passed | error path only | not exercised |
| --- | --- | --- | --- | --- | --- |
${summary.join("\n")}
${tables.map(({ title, rows }) => `\n## ${title}\n\n| method and path | function | ${families.map((family) => family.title).join(" | ")} |\n| --- | --- | --- | --- |\n${rows.map((one) => one.text).join("\n")}\n`).join("")}${reasons.length === 0 ? "" : `\n## Notes\n\n${reasons.map((reason, index) => `${index + 1}. ${reason}`).join("\n")}\n`}`;
  return { text, missing };
}
