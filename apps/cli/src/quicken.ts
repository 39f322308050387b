import { join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";

/** About ten thousand answers, which only long transfers have; by default ten are enough. */
const wasmTieringBudget = 100_000_000;

/**
 * Makes commands take less time until they begin and end. To be called before anything else is loaded and sent.
 *
 * The parser of HTTP is WebAssembly. After a few answers V8 would compile it once more, so that it runs faster, and a
 * short command would take a third longer for it. Where Node can keep compiled code (22.1 and newer), it keeps it in
 * the user's own {@link cacheFolder}: whoever can write there decides what this program does.
 */
export async function quicken(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString(`--wasm-tiering-budget=${String(wasmTieringBudget)}`);
  const folder = cacheFolder(environment);
  const { enableCompileCache } = (await import("node:module")) as { enableCompileCache?: (folder: string) => unknown };
  if (folder !== undefined) enableCompileCache?.(join(folder, "compiled"));
}
