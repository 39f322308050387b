import { join } from "node:path";
import type { FakeState } from "../core/fake-state.ts";

/** Where the server, or another member of its cluster, keeps a pool that is given no other place. */
export function poolFolder(state: Pick<FakeState, "directory">, name: string, member?: string): string {
  return join(state.directory, ...(member === undefined ? [] : ["members", member]), "storage-pools", name);
}
