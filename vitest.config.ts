import { defineConfig } from "vitest/config";

// Sources are tested as they stand: the condition makes a sibling package resolve to its src, not its dist.
const conditions: string[] = ["@lxdkit/source", "node", "import", "module", "default"];
// Tests run in the environment "ssr", global set-ups in one of vitest's own.
const resolving = { resolve: { conditions, externalConditions: conditions } };
const resolve = { ssr: resolving, environments: { __vitest__: resolving } };
const sources = ["packages/*/src/**", "packages/*/examples/**", "apps/*/src/**"];

export default defineConfig({
  test: {
    reporters: ["default", "./.scripts/closing-line.ts"],
    projects: [
      {
        ...resolve,
        test: {
          name: "unit",
          include: sources.map((path) => `${path}/*.test.ts`),
          exclude: ["**/*.real.test.ts", "**/*.long.test.ts"],
        },
      },
      {
        ...resolve,
        test: {
          name: "real",
          include: sources.map((path) => `${path}/*.real.test.ts`),
          globalSetup: ["packages/testbed/src/vitest/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...resolve,
        test: { name: "long", include: sources.map((path) => `${path}/*.long.test.ts`), testTimeout: 3_600_000 },
      },
    ],
    coverage: { provider: "v8", include: ["packages/*/src/**/*.ts"] },
  },
});
