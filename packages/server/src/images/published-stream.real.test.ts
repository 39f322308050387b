import { createHash, randomBytes } from "node:crypto";
import { appendFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { downloadStreamImage, publishStream, readStream } from "@lxdkit/simplestreams";
import { describeOnServers, type RealServer } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { openServer } from "../server.ts";

/** Serves a folder over HTTPS as long as its key is there, and notes its port; runs inside of the bed. */
const serving = `
const { createServer } = require("node:https");
const fs = require("node:fs");
const [folder] = process.argv.slice(1);
const read = (name) => fs.readFileSync(folder + "/" + name);
createServer({ cert: read("cert.pem"), key: read("key.pem") }, ({ url }, response) => {
  fs.readFile(folder + "/tree" + decodeURIComponent(url), (error, body) => response.writeHead(error ? 404 : 200).end(body));
}).listen(0, "127.0.0.1", function () { fs.writeFileSync(folder + "/port", String(this.address().port)); });
setInterval(() => fs.existsSync(folder + "/key.pem") || process.exit(0), 50);`;

/** Gives `work` the root of a tree, and a way to serve it where the server finds it. */
async function withTree(
  real: RealServer,
  work: (tree: string, serve: () => Promise<{ readonly url: string; readonly certificate: string }>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(real.directory, "tree-"));
  let running: Promise<unknown> = Promise.resolve();
  const serve = async () => {
    const pair = await createSelfSignedCertificate({ usage: "server", commonName: "tree", ipAddresses: ["127.0.0.1"] });
    await writeFile(join(folder, "cert.pem"), pair.certificate);
    await writeFile(join(folder, "key.pem"), pair.key);
    running = real.run([process.execPath, "-e", serving, folder], { allowFailure: true });
    const port = async (): Promise<string> => readFile(join(folder, "port"), "utf8").catch(() => "");
    await expect.poll(port, { timeout: 10_000 }).toMatch(/^\d+$/);
    return { url: `https://127.0.0.1:${await port()}`, certificate: pair.certificate };
  };
  try {
    await work(join(folder, "tree"), serve);
  } finally {
    await rm(join(folder, "key.pem"), { force: true });
    await running;
    await rm(folder, { recursive: true });
  }
}

describeOnServers("a published tree of images", (real) => {
  test("is accepted by the real server and its client: containers, virtual machines and single files", () =>
    withTree(real, async (tree, serve) => {
      await using server = await openServer(connectUnix({ socketPath: real.socketPath }));
      const { client, flavour } = server;
      const folder = join(tree, "images/tiny/1/amd64/default/20261124");
      await mkdir(folder, { recursive: true });
      // The bed's own image, under other names.
      const ca = await readFile(real.simplestreamsCertificateFile, "utf8");
      const image = (await readStream(real.simplestreamsUrl, { ca, flavour })).find("jammy");
      const { paths } = await downloadStreamImage(real.simplestreamsUrl, image, { directory: folder, ca });
      const [metadata = "", rootfs = ""] = paths;
      await rename(rootfs, join(folder, "rootfs.squashfs"));
      await rename(metadata, join(folder, "lxd.tar.xz"));
      // A little more than that, since a server copies what another project has and downloads nothing.
      await appendFile(join(folder, "rootfs.squashfs"), randomBytes(16));
      const meta = await readFile(join(folder, "lxd.tar.xz"));
      const root = await readFile(join(folder, "rootfs.squashfs"));
      const disk = randomBytes(64);
      await writeFile(join(folder, "disk.qcow2"), disk);
      expect(await publishStream(tree)).toMatchObject({ versionCount: 1, skipped: [] });
      const { url, certificate } = await serve();

      const kinds = [
        { type: "container", fingerprint: createHash("sha256").update(meta).update(root).digest("hex") },
        { type: "virtual-machine", fingerprint: createHash("sha256").update(meta).update(disk).digest("hex") },
      ] as const;
      const project = `e-images-tree-${flavour}`;
      await client.projects.create({ name: project, config: { "features.images": "true" } });
      const { images, instances } = client.in({ project });
      try {
        for (const { type, fingerprint } of kinds) {
          const from = { type: "image", mode: "pull", protocol: "simplestreams", server: url, certificate } as const;
          const operation = await images.create({ source: { ...from, alias: "tiny/1", image_type: type } });
          expect((await operation.wait())?.metadata["fingerprint"]).toBe(fingerprint);
          expect((await images.get(fingerprint)).value).toMatchObject({
            type,
            properties: { os: "tiny", release: "1", serial: "20261124", variant: "default" },
          });
        }
        const source = { type: "image", fingerprint: kinds[0].fingerprint } as const;
        const devices = { root: { type: "disk", path: "/", pool: "default" } };
        await (await instances.create({ name: "e-images-tree", source, devices })).wait();
        expect((await instances.get("e-images-tree")).value.config["image.os"]).toBe("tiny");
        await (await instances.delete("e-images-tree")).wait();
      } finally {
        for (const { fingerprint } of await images.list()) await (await images.delete(fingerprint)).wait();
        await client.projects.delete(project);
      }
    }));
});
