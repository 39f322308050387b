import fc from "fast-check";
import { packTar, unpackTar } from "modern-tar";
import { expect, test } from "vitest";
import type { Directory, FileNode } from "../files/file-node.ts";
import { treeEntries, treeOf } from "./tree-entries.ts";

const attributes = {
  uid: fc.integer({ min: 0, max: 65_534 }),
  gid: fc.integer({ min: 0, max: 65_534 }),
  mode: fc.integer({ min: 0, max: 0o7777 }),
  // Archives count in seconds.
  modifiedAt: fc.integer({ min: 0, max: 2_000_000_000 }).map((seconds) => seconds * 1000),
};
const name = fc
  .stringMatching(/^[a-zäø ._-]{1,40}$/)
  .filter((text) => text !== "." && text !== ".." && text.trim() === text);
const content = fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes).toString("latin1"));

const { directory } = fc.letrec<{ directory: Directory; node: FileNode }>((tie) => ({
  node: fc.oneof(
    { depthSize: "small" },
    fc.record({ type: fc.constant("file" as const), ...attributes, content }),
    fc.record({ type: fc.constant("symlink" as const), ...attributes, target: name }),
    tie("directory"),
  ),
  directory: fc.record({
    type: fc.constant("directory" as const),
    ...attributes,
    entries: fc.dictionary(name, tie("node"), { maxKeys: 4 }),
  }),
}));

function withFile(called: string): Directory {
  const own = { uid: 0, gid: 0, mode: 0o644, modifiedAt: 0 };
  return { type: "directory", ...own, entries: { [called]: { type: "file", ...own, content: "x" } } };
}

test("a tree that goes into an archive comes out of it again", async () => {
  await fc.assert(
    fc.asyncProperty(directory, async (root) => {
      const archive = await packTar(treeEntries("backup/container/rootfs", root));
      const back = treeOf("backup/container/rootfs", await unpackTar(archive));
      expect(JSON.parse(JSON.stringify(back))).toEqual(JSON.parse(JSON.stringify(root)));
    }),
    { numRuns: 50, examples: [[withFile("__proto__")], [withFile("constructor")]] },
  );
});

test("there is no tree where the archive has no members", () => {
  expect(treeOf("backup/container/rootfs", [])).toBeUndefined();
});
