import { defineConfig } from "rolldown";

// One bundle with everything inside; each command is a chunk that is read when it is used.
export default defineConfig({
  input: { main: "src/main.ts" },
  platform: "node",
  resolve: { conditionNames: ["@lxdkit/source", "node", "import", "default"] },
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  },
});
