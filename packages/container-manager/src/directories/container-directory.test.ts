import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newDirectory, removeDirectory } from "./container-directory.ts";

let root: string;
let options: { readonly containerDir: string; readonly removedContainerDir: string };

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "lxdkit-directories-"));
  options = { containerDir: join(root, "a", "containers"), removedContainerDir: join(root, "b", "removed") };
});

afterEach(() => rm(root, { recursive: true }));

/** Makes the folder of a container with this in it, and moves it away. */
async function makeAndRemove(content: string): Promise<string> {
  const path = await newDirectory("testing", options);
  await writeFile(join(path, "file"), content);
  return removeDirectory("testing", options);
}

// The numbers are those of the cases of the container package.
test("row 1: a folder is made once, with those above it", async () => {
  const path = join(options.containerDir, "testing");
  expect([await newDirectory("testing", options), await newDirectory("testing", options)]).toEqual([path, path]);
  const found = await stat(path);
  expect(found.isDirectory()).toBe(true);
  expect(found.mode & 0o700).toBe(0o700);
});

test("rows 2 to 4 and 6: it is moved to the first name that is free, and nothing is overwritten", async () => {
  const { removedContainerDir: removed } = options;
  const paths = [await makeAndRemove("0"), await makeAndRemove("1"), await makeAndRemove("2")];
  expect(paths).toEqual(["testing", "testing.1", "testing.2"].map((name) => join(removed, name)));
  expect(await Promise.all(paths.map((path) => readFile(join(path, "file"), "utf8")))).toEqual(["0", "1", "2"]);
  expect(await readdir(options.containerDir)).toEqual([]);
});

test("row 5: without a folder, an error, and nothing is left", async () => {
  await expect(removeDirectory("testing", options)).rejects.toMatchObject({ code: "ENOENT" });
  expect(await readdir(options.removedContainerDir)).toEqual([]);
});

// The original accepts them.
test.each(["../x", "a/b", "", ".", "..", "a\0"])("row 7: %j is no name", async (name) => {
  const invalid = { code: "CONTAINER_NAME_INVALID" };
  await expect(newDirectory(name, options)).rejects.toMatchObject(invalid);
  await expect(removeDirectory(name, options)).rejects.toMatchObject(invalid);
});

test("row 23 of the weaknesses: of several who remove at the same time each gets a name of its own", async () => {
  const names = Array.from({ length: 8 }, (_, index) => ({ ...options, containerDir: join(root, String(index)) }));
  const moved = await Promise.all(
    names.map(async (own) => {
      await newDirectory("testing", own);
      return removeDirectory("testing", own);
    }),
  );
  expect(new Set(moved).size).toBe(8);
  expect(await readdir(options.removedContainerDir)).toHaveLength(8);
});

test("between two file systems it is copied", async ({ skip }) => {
  const other = await mkdtemp("/dev/shm/lxdkit-directories-").catch(() => undefined);
  if (other === undefined) return skip("there is no second file system");
  try {
    skip((await stat(other)).dev === (await stat(root)).dev, "the folders are in one file system");
    options = { ...options, removedContainerDir: other };
    const path = await makeAndRemove("content");
    expect(await readFile(join(path, "file"), "utf8")).toBe("content");
    expect(await readdir(options.containerDir)).toEqual([]);
  } finally {
    await rm(other, { recursive: true });
  }
});
