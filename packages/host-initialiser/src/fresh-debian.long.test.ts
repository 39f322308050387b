import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { openTestbed } from "@lxdkit/testbed";
import { missingBed } from "@lxdkit/testbed/vitest";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { detectHost } from "./host/detect-host.ts";
import { type DebianRoot, buildDebianRoot, startFreshHost } from "./fresh-debian.test-support.ts";
import { initialiseHost } from "./initialise-host.ts";
import { planHost } from "./plan/plan-host.ts";
import { openAt } from "./preseed/preseed.test-support.ts";

const reason = missingBed({ cloudImage: true });
const suffix = reason === undefined ? "" : ` (not here: ${reason})`;

describe.skipIf(reason !== undefined)(`a fresh Debian 12${suffix}`, () => {
  let root: DebianRoot;
  let image: string;

  beforeAll(async () => {
    root = await buildDebianRoot();
    const bed = await openTestbed({ initialised: false });
    // It stays in the cache of the beds.
    image = bed.images.tiny.unified ?? "";
    await bed.close();
  }, 600_000);

  afterAll(() => root[Symbol.asyncDispose]());

  test.for([
    ["lxd", "/var/lib/lxd/unix.socket", "lxc"],
    ["incus", "/var/lib/incus/unix.socket", "incus"],
  ] as const)("gets %s from Debian's packages, and a container there an address", async ([flavour, socket, client]) => {
    const host = await startFreshHost(root, socket);
    try {
      const { changed } = await initialiseHost(host.access, { flavour });
      expect(changed.map(({ id }) => id)).toEqual([
        `install ${flavour}`,
        `start ${flavour}`,
        "storage pool default",
        `network ${flavour}br0`,
        "profile default",
      ]);
      const facts = await detectHost(host.access, { flavour });
      expect(facts).toMatchObject({ series: "bookworm", hasSystemd: false, server: { flavour } });
      expect(planHost(facts, { flavour })).toEqual([]);
      expect(await initialiseHost(host.access, { flavour })).toEqual({ changed: [], unchanged: [] });

      await copyFile(image, join(host.root, "tmp/tiny.tar.gz"));
      const imported = await host.access.run(client, ["image", "import", "/tmp/tiny.tar.gz", "--alias", "tiny"]);
      expect(imported).toMatchObject({ exitCode: 0 });
      const server = await openAt(host.access.socketPath ?? "");
      try {
        const spec = { name: "c1", image: await server.findImageByAlias("tiny") };
        const { addresses } = await server.createContainer(spec, { waitFor: "address" });
        expect(addresses[0]?.address).toMatch(/^(?:10\.|fd42:)/);
        await server.removeContainer("c1", { force: true });
      } finally {
        await server.close();
      }
    } finally {
      await host[Symbol.asyncDispose]();
    }
  });
});
