// Which package may import which. One row a step of the build order; imports point to earlier rows only.
const rows = [
  ["protocol"],
  ["certificates"],
  ["simplestreams"],
  ["testing"],
  ["testbed"],
  ["transport", "network-devices", "cloud-init"],
  ["client"],
  ["server"],
  ["container-manager", "host-initialiser"],
];

// Each of these libraries is known to its owners alone.
const owners = {
  // The benchmark compares with plain undici.
  undici: ["packages/transport", "packages/simplestreams", "apps/bench"],
  "node-forge": ["packages/certificates"],
  zod: ["packages/protocol", "packages/simplestreams", "packages/transport", "packages/client"],
  ws: ["packages/testing", "packages/transport"],
  "ip-address": ["packages/network-devices"],
  commander: ["apps/cli"],
  "@commander-js/extra-typings": ["apps/cli"],
};

const tests = "\\.test(?:-support)?\\.ts$";
const notShipped = [tests, "^packages/[^/]+/examples/", "^packages/client/src/contract/"];
const beds = ["testing", "testbed"];
const anyOf = (names) => `(${names.join("|")})`;

const layers = rows.flatMap((row, index) => {
  const earlier = rows.slice(0, index).flat();
  const isAboveBeds = earlier.includes("testbed");
  return row.flatMap((name) => [
    {
      name: `layer-of-${name}`,
      comment: `${name} may import ${earlier.length === 0 ? "no other package" : earlier.join(", ")}.`,
      severity: "error",
      from: { path: `^packages/${name}/` },
      to: { path: "^(packages|apps)/", pathNot: `^packages/${anyOf([name, ...earlier])}/` },
    },
    ...(isAboveBeds
      ? [
          {
            name: `no-fakes-in-${name}`,
            comment: "Above the layer of testing and testbed, only tests and examples may use them.",
            severity: "error",
            from: { path: `^packages/${name}/`, pathNot: notShipped },
            to: { path: `^packages/${anyOf(beds)}/` },
          },
        ]
      : []),
  ]);
});

const libraries = Object.entries(owners).map(([library, folders]) => ({
  name: `owner-of-${library.replace(/^@/, "").replaceAll("/", "-")}`,
  comment: `Only ${folders.join(", ")} may use ${library}.`,
  severity: "error",
  from: {
    path: "^(packages|apps)/",
    pathNot: [`^${anyOf(folders)}/`, ...(library === "ws" ? notShipped : [])],
  },
  to: { path: `(^|/)node_modules/(@types/)?${library}/` },
}));

module.exports = {
  forbidden: [
    ...layers,
    ...libraries,
    {
      name: "known-package",
      comment: "A package must have a place in the table of layers.",
      severity: "error",
      from: { path: "^packages/", pathNot: `^packages/${anyOf(rows.flat())}/` },
      to: {},
    },
    {
      name: "apps-are-apart",
      comment: "An app does not import another one.",
      severity: "error",
      from: { path: "^apps/([^/]+)/" },
      to: { path: "^apps/", pathNot: "^apps/$1/" },
    },
    {
      name: "apps-load-fakes-lazily",
      comment: "An app imports testing with import() only, so that the fake costs nothing where it is not used.",
      severity: "error",
      from: { path: "^apps/", pathNot: [tests, "^apps/bench/"] },
      to: { path: "^packages/testing/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-test-bed-in-apps",
      comment: "Only tests and the benchmarks open test beds.",
      severity: "error",
      from: { path: "^apps/", pathNot: [tests, "^apps/bench/"] },
      to: { path: "^packages/testbed/" },
    },
    {
      name: "simplestreams-without-its-fake",
      comment: "The main entry of simplestreams does not use its testing subpath.",
      severity: "error",
      from: { path: "^packages/simplestreams/src/", pathNot: [tests, "^packages/simplestreams/src/testing/"] },
      to: { path: "^packages/simplestreams/src/testing/" },
    },
    {
      name: "by-package-name",
      comment:
        "Another package is imported by its name, never by a relative path. The differential test, which is not " +
        "shipped, looks into the fake that it tests.",
      severity: "error",
      from: { path: "^(packages|apps)/([^/]+)/", pathNot: "^packages/testbed/src/differential/" },
      to: { dependencyTypes: ["local"], pathNot: "^$1/$2/" },
    },
    {
      name: "inside-the-repository",
      comment: "Nothing outside the repository is imported.",
      severity: "error",
      from: {},
      to: { path: "^(\\.\\./|/)" },
    },
    {
      name: "no-circular",
      comment: "Files do not import each other in a circle, but for types.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
    {
      name: "declared",
      comment: "What is imported is a dependency in the package's own manifest.",
      severity: "error",
      from: { path: "^(packages|apps)/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm", "npm-dev", "npm-peer"] },
    },
    {
      name: "shipped-code-without-dev-dependencies",
      comment: "Code that is published imports dependencies and peer dependencies only.",
      severity: "error",
      from: { path: "^packages/[^/]+/(src|bin)/", pathNot: notShipped },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only", "npm-peer", "npm-optional"] },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules"] },
    // What stands in bin/ only starts what was built; the project in downstream/ is none of ours.
    exclude: { path: "^(packages|apps)/[^/]+/(dist|bin|downstream)/" },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@lxdkit/source", "node", "import", "types", "default"],
      extensions: [".ts", ".js", ".mjs", ".d.ts", ".json"],
    },
  },
};
