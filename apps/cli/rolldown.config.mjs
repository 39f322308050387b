import { fileURLToPath } from "node:url";
import { defineConfig } from "rolldown";

/** The package that has undici among its dependencies. */
const transport = fileURLToPath(new URL("../../packages/transport/src/index.ts", import.meta.url));

/**
 * The main module of undici loads all of it, which takes longer than everything else of a short command together. The
 * program needs its pool, what makes the pool's sockets, and the single client that asks proxies.
 */
const parts = `
  import Agent from "undici/lib/dispatcher/agent.js";
  import Client from "undici/lib/dispatcher/client.js";
  import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
  import api from "undici/lib/api/index.js";
  import buildConnector from "undici/lib/core/connect.js";
  // The main module gives every dispatcher its request methods in the same way.
  Object.assign(Dispatcher.prototype, { request: api.request, connect: api.connect });
  export { Agent, buildConnector, Client };`;

const undiciInParts = {
  name: "undici-in-parts",
  resolveId(source, importer = "") {
    // Neither family speaks HTTP/2 with its clients, and Node takes some time to load its part of it.
    if (source === "./client-h2.js") return "\0no-http2";
    if (source === "undici") return "\0undici-parts";
    return importer === "\0undici-parts" ? this.resolve(source, transport, { skipSelf: true }) : null;
  },
  load(id) {
    if (id === "\0no-http2") return `module.exports = () => { throw new Error("HTTP/2 is not spoken"); };`;
    return id === "\0undici-parts" ? parts : undefined;
  },
};

// One bundle with everything inside; each command is a chunk that is read when it is used.
export default defineConfig({
  input: { main: "src/main.ts" },
  platform: "node",
  // The oldest Node.js that runs it does not know `using`.
  transform: { target: "node20.19" },
  plugins: [undiciInParts],
  resolve: { conditionNames: ["@lxdkit/source", "node", "import", "default"] },
  // Both packages that use undici ask for it in their own way; here it is one chunk for both.
  checks: { ineffectiveDynamicImport: false },
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    entryFileNames: "[name].js",
    chunkFileNames: "[name]-[hash].js",
  },
});
