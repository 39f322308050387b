import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { buildOnce, cacheFolder, recipeKey } from "./image-cache.ts";

async function newCache(): Promise<string> {
  const cache = await mkdtemp(join(tmpdir(), "image-cache-"));
  onTestFinished(() => rm(cache, { recursive: true }));
  return cache;
}

test("the cache is outside of the repository, where the user keeps caches", () => {
  expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me" })).toBe("/var/cache/me/lxdkit/testbed");
  expect(cacheFolder({ XDG_CACHE_HOME: "" })).toMatch(/\.cache\/lxdkit\/testbed$/);
});

test("a recipe's key changes with each of its parts", () => {
  expect(recipeKey(["a", Buffer.from("b")])).toMatch(/^[0-9a-f]{64}$/);
  expect(recipeKey(["a", "b"])).toBe(recipeKey(["a", Buffer.from("b")]));
  expect(recipeKey(["ab", "c"])).not.toBe(recipeKey(["a", "bc"]));
});

test.skipIf(process.platform !== "linux")(
  "of builders at the same time one builds, and all see the whole",
  async () => {
    const cache = await newCache();
    let builds = 0;
    const build = async (folder: string): Promise<void> => {
      builds += 1;
      await writeFile(join(folder, "image"), "built");
    };
    const folders = await Promise.all([1, 2, 3, 4].map(() => buildOnce({ cache, key: "k1", build })));
    expect(builds).toBe(1);
    expect(new Set(folders).size).toBe(1);
    expect(await readFile(join(folders[0] ?? "", "image"), "utf8")).toBe("built");
  },
);

test.skipIf(process.platform !== "linux")("a build that fails leaves no half, and the next one builds", async () => {
  const cache = await newCache();
  const broken = buildOnce({ cache, key: "k2", build: () => Promise.reject(new Error("mirror away")) });
  await expect(broken).rejects.toThrow("mirror away");
  expect(await readdir(cache)).toEqual(["k2.lock"]);
  const folder = await buildOnce({ cache, key: "k2", build: (path) => writeFile(join(path, "image"), "built") });
  expect(await readdir(folder)).toEqual(["image"]);
});

test.skipIf(process.platform !== "linux")("an abort ends the waiting for another builder", async () => {
  const cache = await newCache();
  const controller = new AbortController();
  const reason = new Error("enough");
  let finish = (): void => undefined;
  const first = buildOnce({ cache, key: "k3", build: () => new Promise((resolve) => (finish = resolve)) });
  const second = buildOnce({ cache, key: "k3", build: () => Promise.resolve(), signal: controller.signal });
  controller.abort(reason);
  await expect(second).rejects.toBe(reason);
  await expect.poll(() => readdir(cache)).toContainEqual(expect.stringMatching(/^\./));
  finish();
  await first;
});
