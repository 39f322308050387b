import { readFile } from "node:fs/promises";
import { LxdkitError } from "@lxdkit/protocol";
import type { FakeSnapshot } from "@lxdkit/testing";

/**
 * What an earlier fake saved in a file; undefined when there is none.
 *
 * @throws {LxdkitError} `BAD_STATE_FILE` when it is something else, `FILE_NOT_READ` when it cannot be read.
 */
export async function readStateFile(file: string): Promise<FakeSnapshot | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new LxdkitError(`${file} cannot be read (${String(code)})`, { code: "FILE_NOT_READ", cause, address: file });
  }
  let state: unknown;
  try {
    state = JSON.parse(text);
  } catch (cause) {
    throw broken(file, "it is no JSON", cause);
  }
  if (!isSnapshot(state)) throw broken(file, "it is no saved state");
  return state;
}

/**
 * Saves a state, whole or not at all.
 *
 * @throws {LxdkitError} `FILE_NOT_WRITTEN`.
 */
export async function writeStateFile(file: string, state: FakeSnapshot): Promise<void> {
  const { default: writeFileAtomic } = await import("write-file-atomic");
  try {
    await writeFileAtomic(file, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new LxdkitError(`the state cannot be saved in ${file} (${String(code)})`, {
      code: "FILE_NOT_WRITTEN",
      cause,
      address: file,
    });
  }
}

function isSnapshot(state: unknown): state is FakeSnapshot {
  if (typeof state !== "object" || state === null) return false;
  const { flavour, config, records } = state as Partial<Record<keyof FakeSnapshot, unknown>>;
  return (flavour === "lxd" || flavour === "incus") && isMap(config) && isMap(records);
}

function isMap(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function broken(file: string, why: string, cause?: unknown): LxdkitError {
  return new LxdkitError(`${file} is not what lxdkit fake saves: ${why}`, {
    code: "BAD_STATE_FILE",
    cause,
    address: file,
    hint: "Name another file, or remove this one to start with a new server.",
  });
}
