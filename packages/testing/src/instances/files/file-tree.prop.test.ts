import {
  appendFileSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Directory } from "./file-node.ts";
import { createFileTree, type InstanceFiles } from "./file-tree.ts";

const emptyRoot: Directory = { type: "directory", uid: 0, gid: 0, mode: 0o755, modifiedAt: 0, entries: {} };

/** One thing to do, with the tree and with the disk. */
type Step = readonly [what: string, path: string, other: string];

// Links stay below the folder, for the disk has no root of its own there.
const name = fc.constantFrom("a", "b", "c", "d", "..", ".");
const path = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const inside = fc.array(name, { minLength: 1, maxLength: 2 }).map((parts) => parts.join("/"));
const target = inside.filter((text) => !text.includes(".."));
const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom("write", "append", "read", "list", "mkdir", "link", "readlink", "remove", "rename", "stat", "lstat"),
  fc.oneof(
    path,
    path.map((text) => `${text}/`),
  ),
  fc.oneof(path, target),
);

function onTree(files: InstanceFiles, [what, at, other]: Step): unknown {
  switch (what) {
    case "write":
      return files.write(at, other);
    case "append":
      return files.append(at, other);
    case "read":
      return files.read(at).toString();
    case "list":
      return files.list(at).toSorted();
    case "mkdir":
      return files.makeDirectory(at);
    case "link":
      return files.makeLink(other, at);
    case "readlink":
      return files.readLink(at);
    case "remove":
      return files.remove(at);
    case "rename":
      return files.rename(at, other);
    case "stat":
      return files.stat(at)?.type ?? refuse();
    default:
      return files.lstat(at)?.type ?? refuse();
  }
}

function refuse(): never {
  throw Object.assign(new Error("missing"), { code: "ENOENT" });
}

function onDisk(folder: string, [what, at, other]: Step): unknown {
  const file = `${folder}/${at}`;
  const kind = (stat: ReturnType<typeof statSync>): string =>
    stat?.isDirectory() === true ? "directory" : stat?.isSymbolicLink() === true ? "symlink" : "file";
  switch (what) {
    case "write":
      return writeFileSync(file, other);
    case "append":
      return appendFileSync(file, other);
    case "read":
      return readFileSync(file, "utf8");
    case "list":
      return readdirSync(file).toSorted();
    case "mkdir":
      return mkdirSync(file);
    case "link":
      return symlinkSync(other, file);
    case "readlink":
      return readlinkSync(file);
    case "remove":
      return remove(file);
    case "rename":
      return renameSync(file, `${folder}/${other}`);
    case "stat":
      return kind(statSync(file));
    default:
      return kind(lstatSync(file));
  }
}

/** Removes as Go does: as a file, else as a directory, and tells what is likelier to be the reason. */
function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (reason) {
    try {
      rmdirSync(file);
    } catch (other) {
      throw codeOf(other) === "ENOTDIR" ? reason : other;
    }
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}

function outcome(work: () => unknown): unknown {
  try {
    return { value: work() };
  } catch (error) {
    return { code: codeOf(error) };
  }
}

test("the tree does and refuses what the kernel does and refuses", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 25 }), (steps) => {
      const folder = mkdtempSync(join(tmpdir(), "lxdkit-tree-"));
      let root = emptyRoot;
      const files = createFileTree({
        root: () => root,
        keep: (changed) => void (root = changed),
        now: () => 0,
        toDevice: () => undefined,
      });
      try {
        for (const each of steps) {
          const onReal = outcome(() => onDisk(folder, each));
          expect([each, outcome(() => onTree(files, each))]).toEqual([each, onReal]);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 200 },
  );
});
