// Compares the public surface of every public package with its report in apps/docs/api; with --update it writes
// the reports anew. One report for each entry: client.api.md, simplestreams.testing.api.md.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { finish, root, workspacePackages } from "../workspace.mjs";

const reports = join(root, "apps/docs/api");
const isUpdate = process.argv.includes("--update");
const temporary = mkdtempSync(join(tmpdir(), "lxdkit-api-"));
const quiet = { default: { logLevel: "none" } };
const problems = [];
// Types that an entry speaks of without exporting them.
const forgotten = [];

const entries = workspacePackages()
  .filter(({ isPublic }) => isPublic)
  .flatMap(({ folder, entries: exported }) => exported.map((entry) => ({ folder, ...entry })));
const built = entries.filter(({ folder, types }) => {
  const isBuilt = existsSync(join(root, folder, types));
  if (!isBuilt) problems.push(`${folder}: ${types} is missing, so there is nothing to report on`);
  return isBuilt;
});

const configs = built.map(({ folder, subpath, types }) => {
  const name = basename(folder) + subpath.slice(1).replaceAll("/", ".");
  const config = ExtractorConfig.prepare({
    configObject: configuration(join(root, folder), types, name),
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, folder, "package.json"),
  });
  return { name, config };
});

if (configs.length > 0) {
  const compilerState = CompilerState.create(configs[0].config, {
    additionalEntryPoints: configs.slice(1).map(({ config }) => config.mainEntryPointFilePath),
  });
  for (const { name, config } of configs) check(name, config, compilerState);
}

for (const { name, text } of forgotten) {
  const [, symbol] = /"(\w+)"/.exec(text) ?? [];
  if (!isExportedBeside(name, symbol)) problems.push(`${name}: ${text}`);
}

// A report whose entry is gone says that something exists which does not.
const expected = new Set(configs.map(({ name }) => `${name}.api.md`));
for (const file of existsSync(reports) ? readdirSync(reports) : []) {
  if (!file.endsWith(".api.md") || expected.has(file)) continue;
  if (isUpdate) rmSync(join(reports, file));
  else problems.push(`apps/docs/api/${file}: no public package has this entry`);
}
rmSync(temporary, { recursive: true });
finish(problems);

/** Another entry of the same package may export it: a user of the subpath has that one, too. */
function isExportedBeside(name, symbol) {
  const [packageName] = name.split(".");
  return configs.some(({ name: other }) => {
    if (other === name || other.split(".")[0] !== packageName) return false;
    const report = readFileSync(join(temporary, `${other}.api.md`), "utf8");
    return new RegExp(`^export (?:interface|type|class|const|function) ${symbol}\\b`, "m").test(report);
  });
}

function check(name, config, compilerState) {
  const result = Extractor.invoke(config, {
    compilerState,
    localBuild: isUpdate,
    showVerboseMessages: false,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) forgotten.push({ name, text: message.text });
    },
  });
  if (!result.apiReportChanged) return;
  if (isUpdate) process.stdout.write(`apps/docs/api/${name}.api.md was written anew.\n`);
  else {
    problems.push(
      `apps/docs/api/${name}.api.md does not describe what ${name} exports now. ` +
        "If the change is meant, run `npm run api:update` and commit the report.",
    );
  }
}

function configuration(projectFolder, types, name) {
  return {
    projectFolder,
    mainEntryPointFilePath: join(projectFolder, types),
    newlineKind: "lf",
    compiler: {
      // Siblings are read as users get them: through their built declarations.
      overrideTsconfig: {
        compilerOptions: {
          target: "ES2023",
          lib: ["ES2023"],
          module: "NodeNext",
          moduleResolution: "NodeNext",
          strict: true,
          skipLibCheck: true,
          types: ["node"],
          typeRoots: [join(root, "node_modules/@types")],
        },
        files: [join(projectFolder, types)],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: `${name}.api.md`,
      reportFolder: reports,
      reportTempFolder: temporary,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      compilerMessageReporting: quiet,
      tsdocMessageReporting: quiet,
      extractorMessageReporting: {
        default: { logLevel: "none" },
        "ae-forgotten-export": { logLevel: "error" },
      },
    },
  };
}
