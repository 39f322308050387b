import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import * as module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

test("a command keeps its compiled code in the user's cache where Node can do so; --version keeps nothing", async () => {
  const cache = await mkdtemp(join(tmpdir(), "lxdkit-quicken-"));
  try {
    const environment = { extendEnv: false, stdin: "ignore", env: { XDG_CACHE_HOME: cache, HOME: cache } } as const;
    const run = (...args: readonly string[]) => execa(process.execPath, [program, ...args], environment);
    await run("--version");
    expect(existsSync(join(cache, "lxdkit"))).toBe(false);
    await run("remote", "list");
    expect(existsSync(join(cache, "lxdkit", "compiled"))).toBe("enableCompileCache" in module);
  } finally {
    await rm(cache, { recursive: true });
  }
});
