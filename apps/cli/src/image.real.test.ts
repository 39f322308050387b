import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describeOnServers } from "@lxdkit/testbed/vitest";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("../bin/lxdkit.js", import.meta.url));

let cacheFolder: string;
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), "lxdkit-cache-"));
});
afterAll(() => rm(cacheFolder, { recursive: true }));

describeOnServers("lxdkit image", (real) => {
  const other = real.flavour === "lxd" ? "lxc" : "incus";
  const lxdkit = async (...args: readonly string[]): Promise<string> => {
    const env = { ...real.environment, XDG_CACHE_HOME: cacheFolder };
    return (await execa(process.execPath, [program, ...args], { stdin: "ignore", env })).stdout;
  };
  const ofSource = ["--source", real.simplestreamsUrl, "--for", real.flavour, "--format", "json"];

  test("lists the images and aliases of a simplestreams host as the family's own client does", async () => {
    const theirs = async (...args: readonly string[]): Promise<unknown[]> => {
      const { stdout } = await real.run([other, ...args, "--format", "json"]);
      return JSON.parse(stdout) as unknown[];
    };
    await real.run([other, "remote", "add", "e-images", real.simplestreamsUrl, "--protocol", "simplestreams"]);
    try {
      const images = JSON.parse(await lxdkit("image", "list", ...ofSource)) as unknown[];
      expect(images.length).toBeGreaterThan(0);
      expect(images).toEqual(await theirs("image", "list", "e-images:"));
      const aliases = JSON.parse(await lxdkit("image", "alias", "list", ...ofSource)) as unknown[];
      const byName = (list: unknown[]): unknown[] =>
        list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      expect(aliases.length).toBeGreaterThan(0);
      expect(byName(aliases)).toEqual(byName(await theirs("image", "alias", "list", "e-images:")));
    } finally {
      await real.run([other, "remote", "remove", "e-images"]);
    }
  });

  test("copies an image to a project, finds it there and lists it", async () => {
    const name = "e-images-cli";
    await real.run([other, "project", "create", name, "-c", "features.images=true"]);
    try {
      const inside = ["--project", name];
      const source = ["--source", real.simplestreamsUrl];
      const found = await lxdkit(...inside, "image", "find", "jammy", ...source);
      const alias = "juju/jammy/amd64";
      const copied = await lxdkit(...inside, "image", "copy", "jammy", ...source, "--alias", alias);
      expect(copied).toBe(found);
      expect(await lxdkit(...inside, "image", "find", "jammy")).toBe(found);
      const listed = JSON.parse(await lxdkit(...inside, "image", "list", "--format", "json")) as unknown[];
      expect(listed).toMatchObject([{ fingerprint: found, auto_update: true, aliases: [{ name: alias }] }]);
      await real.run([other, "image", "delete", found, "--project", name]);
    } finally {
      await real.run([other, "project", "delete", name]);
    }
  });
});
