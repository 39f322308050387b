import { createReadStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { connectHttps } from "@lxdkit/transport";
import { expect } from "vitest";
import { type Client, createClient } from "../client.ts";
import { ownImage } from "./own-image.ts";
import { describeRoutes, type RouteContext } from "./route-cases.ts";
import { cli, source, withInstance } from "./with-instance.ts";

/** A web server inside of the bed, where the daemon reaches it: it tells what the image is, and gives it. */
const serving = `const [file, hash, prefix, portFile, endFile] = process.argv.slice(1);
const fs = require("node:fs");
const server = require("node:http").createServer((request, response) => {
  const url = "http://" + request.headers.host + "/file";
  response.writeHead(200, { [prefix + "-Image-Hash"]: hash, [prefix + "-Image-URL"]: url });
  if (request.method === "HEAD") response.end();
  else fs.createReadStream(file).pipe(response);
});
server.listen(0, "127.0.0.1", () => fs.writeFileSync(portFile, String(server.address().port)));
setInterval(() => fs.existsSync(endFile) && process.exit(0), 50);`;

/** Removes the images if they are there. */
async function removeImages(client: Client, ...fingerprints: readonly string[]): Promise<void> {
  const present = await client.images.list();
  for (const { fingerprint } of present) {
    if (fingerprints.includes(fingerprint)) await (await client.images.delete(fingerprint)).wait();
  }
}

describeRoutes("images", ({ covers }) => {
  covers(
    [
      "POST /1.0/images",
      "GET /1.0/images",
      "GET /1.0/images/{fingerprint}",
      "PUT /1.0/images/{fingerprint}",
      "PATCH /1.0/images/{fingerprint}",
      "DELETE /1.0/images/{fingerprint}",
    ],
    "one is uploaded as a whole, listed, changed and removed",
    async ({ client, raw, name }) => {
      await using image = await ownImage(name);
      const fingerprint = image.fingerprints.unified;
      const read = async () => raw(`/1.0/images/${fingerprint}`);
      try {
        const progress: number[] = [];
        const upload = await client.images.upload(
          { unified: { content: image.unified, filename: "größe 1.tar" } },
          {
            fingerprint,
            public: true,
            properties: { "a=1": "b&c ü", name },
            profiles: ["default"],
            onProgress: ({ doneBytes, totalBytes }) => progress.push(doneBytes / (totalBytes ?? 0)),
          },
        );
        const done = await upload.wait();
        expect(done?.metadata).toMatchObject({ fingerprint, size: String(image.unified.length) });
        expect(progress.at(-1)).toBe(1);
        expect(await read()).toMatchObject({
          fingerprint,
          filename: "größe 1.tar",
          public: true,
          properties: { "a=1": "b&c ü", name },
          profiles: ["default"],
          type: "container",
        });
        const filter = `properties.name eq ${name}`;
        expect(await client.images.listUrls({ filter })).toEqual([`/1.0/images/${fingerprint}`]);
        expect(await client.images.list({ filter })).toMatchObject([await read()]);

        const { value, etag } = await client.images.get(fingerprint.slice(0, 20));
        const { properties, expires_at } = value;
        await client.images.update(fingerprint, { public: false, properties, expires_at }, { ifMatch: etag });
        expect(await read()).toMatchObject({ public: false, properties });
        const late = client.images.update(fingerprint, { public: true }, { ifMatch: etag });
        await expect(late).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await client.images.patch(fingerprint, { properties: { two: "2" } });
        expect(await read()).toMatchObject({
          public: false,
          properties: { ...properties, two: "2" },
          profiles: ["default"],
        });
        await (await client.images.delete(fingerprint)).wait();
        expect(await raw(`/1.0/images?filter=properties.name+eq+${name}`)).toEqual([]);
      } finally {
        await removeImages(client, fingerprint);
      }
    },
  );

  covers(
    ["POST /1.0/images", "GET /1.0/images/{fingerprint}/export"],
    "one is uploaded in two files from disk, and exported again",
    async ({ client, raw, name }) => {
      await using image = await ownImage(name);
      const { split, unified } = image.fingerprints;
      const file = (filename: string, { length }: Buffer) => ({
        content: createReadStream(join(image.folder, filename)),
        sizeBytes: length,
        filename,
      });
      const contents: Buffer[] = [];
      const read: Parameters<Client["images"]["exportFiles"]>[1] = async ({ content }) => {
        contents.push(await buffer(content));
      };
      try {
        const metadata = file("metadata.tar", image.metadata);
        const rootfs = file("rootfs.tar", image.rootfs);
        await (await client.images.upload({ metadata, rootfs }, { fingerprint: split })).wait();
        expect(await raw(`/1.0/images/${split}`)).toMatchObject({ type: "container", filename: "rootfs.tar" });
        const exported = await client.images.exportFiles(split.slice(0, 12), read);
        expect(exported).toEqual({
          fingerprint: split,
          files: [
            { kind: "metadata", filename: `meta-${split}.tar`, sizeBytes: image.metadata.length },
            { kind: "rootfs", filename: `${split}.tar`, sizeBytes: image.rootfs.length },
          ],
        });
        expect(Buffer.concat(contents).equals(Buffer.concat([image.metadata, image.rootfs]))).toBe(true);

        await (await client.images.upload({ unified: file("unified.tar", image.unified) })).wait();
        contents.length = 0;
        expect(await client.images.exportFiles(unified, read)).toEqual({
          fingerprint: unified,
          files: [{ kind: "unified", filename: `${unified}.tar`, sizeBytes: image.unified.length }],
        });
        expect(contents[0]?.equals(image.unified)).toBe(true);
      } finally {
        await removeImages(client, split, unified);
      }
    },
  );

  covers(["POST /1.0/images"], "the disk of a virtual machine is uploaded", async ({ client, raw, name }) => {
    await using image = await ownImage(name);
    const { split } = image.fingerprints;
    const metadata = { content: image.metadata };
    try {
      const rootfs = { content: image.rootfs, filename: 'di"sk\\.img' };
      await (await client.images.upload({ type: "virtual-machine", metadata, rootfs })).wait();
      expect(await raw(`/1.0/images/${split}`)).toMatchObject({ type: "virtual-machine", filename: rootfs.filename });
      const kinds: string[] = [];
      await client.images.exportFiles(split, async ({ kind, content }) => {
        kinds.push(kind);
        await buffer(content);
      });
      expect(kinds).toEqual(["metadata", "rootfs.img"]);
    } finally {
      await removeImages(client, split);
    }
  });

  covers(
    ["POST /1.0/images"],
    "one that is not what was promised is refused, and so is one whose file ends early",
    async ({ client, raw, name }) => {
      await using image = await ownImage(name);
      const unified = { content: image.unified };
      const wrong = await client.images.upload({ unified }, { fingerprint: image.fingerprints.split });
      await expect(wrong.wait()).rejects.toMatchObject({ code: "OPERATION_FAILED" });
      const content = createReadStream(join(image.folder, "unified.tar"));
      const sizeBytes = image.unified.length + 1;
      await expect(client.images.upload({ unified: { content, sizeBytes } })).rejects.toMatchObject({
        code: "CONTENT_SIZE",
      });
      expect(await raw(`/1.0/images?filter=properties.name+eq+${name}`)).toEqual([]);
    },
  );

  covers(
    ["POST /1.0/images"],
    "names come with the upload",
    async ({ client, raw, name }) => {
      await using image = await ownImage(name);
      const fingerprint = image.fingerprints.unified;
      const aliases = [`${name}/a b`, `${name}&c=d`];
      try {
        await (await client.images.upload({ unified: { content: image.unified } }, { aliases })).wait();
        expect(await raw(`/1.0/images/${fingerprint}`)).toMatchObject({
          aliases: expect.arrayContaining(aliases.map((alias) => ({ name: alias, description: "" }))),
        });
      } finally {
        await removeImages(client, fingerprint);
      }
    },
    { on: "incus" },
  );

  covers(
    ["POST /1.0/images", "POST /1.0/images/{fingerprint}/refresh"],
    "one is pulled from a simplestreams host, and looked after there",
    async ({ client, raw, real, name }) => {
      // A project of its own, in which no other case has this image.
      await real.run([cli(real), "project", "create", name, "-c", "features.images=true"]);
      const inside = client.in({ project: name });
      try {
        const from = { type: "image", mode: "pull", server: real.simplestreamsUrl, protocol: "simplestreams" } as const;
        const creation = await inside.images.create({
          source: { ...from, alias: "jammy" },
          aliases: [{ name: "here/jammy" }],
          auto_update: true,
        });
        const fingerprint = String((await creation.wait())?.metadata["fingerprint"]);
        expect(await raw(`/1.0/images/${fingerprint}?project=${name}`)).toMatchObject({
          auto_update: true,
          aliases: [{ name: "here/jammy" }],
          update_source: { alias: "jammy", server: real.simplestreamsUrl, protocol: "simplestreams" },
        });
        expect((await (await inside.images.refresh(fingerprint)).wait())?.metadata).toMatchObject({ refreshed: false });
        await removeImages(inside, fingerprint);
      } finally {
        await real.run([cli(real), "project", "delete", name]);
      }
    },
  );

  covers(["POST /1.0/images"], "an instance and one of its snapshots are published", async ({ client, raw, name }) => {
    const made: string[] = [];
    try {
      await withInstance({ client, name }, async () => {
        await (await client.instances.snapshots.create(name, { name: "s1" })).wait();
        for (const from of [
          { type: "instance", name },
          { type: "snapshot", name: `${name}/s1` },
        ] as const) {
          const properties = { from: from.name };
          const creation = await client.images.create({ source: from, properties, compression_algorithm: "none" });
          const fingerprint = String((await creation.wait())?.metadata["fingerprint"]);
          made.push(fingerprint);
          expect(await raw(`/1.0/images/${fingerprint}`)).toMatchObject({ properties });
        }
      });
    } finally {
      await removeImages(client, ...made);
    }
  });

  covers(
    ["POST /1.0/images/{fingerprint}/secret"],
    "a secret lets a stranger read a private one",
    async ({ client, real, name }) => {
      await using image = await ownImage(name);
      const fingerprint = image.fingerprints.unified;
      await using connection = connectHttps({ address: real.httpsUrl, serverCertificate: real.serverCertificate });
      const stranger = createClient(connection);
      try {
        await (await client.images.upload({ unified: { content: image.unified } })).wait();
        await expect(stranger.images.get(fingerprint)).rejects.toMatchObject({ code: "NOT_FOUND" });
        const { secret } = await client.images.createSecret(fingerprint);
        expect((await stranger.images.get(fingerprint, { secret })).value).toMatchObject({ fingerprint });
        const { body } = await stranger.images.export(fingerprint, { secret });
        expect((await buffer(body)).equals(image.unified)).toBe(true);
      } finally {
        await removeImages(client, fingerprint);
      }
    },
  );

  covers(
    ["POST /1.0/images", "POST /1.0/images/{fingerprint}/export"],
    "one is sent to a server that has given a token",
    async ({ client, raw, real, name }) => {
      await using image = await ownImage(name);
      const fingerprint = image.fingerprints.unified;
      await real.run([cli(real), "project", "create", name, "-c", "features.images=true"]);
      const inside = client.in({ project: name });
      try {
        await (await client.images.upload({ unified: { content: image.unified } })).wait();
        const awaited = { type: "image", mode: "push", fingerprint } as const;
        const token = await inside.images.create({
          source: awaited,
          properties: { sent: "yes" },
          aliases: [{ name: "sent/1" }],
        });
        const secret = String(token.operation?.metadata["secret"]);
        const target = { target: real.httpsUrl, certificate: real.serverCertificate, project: name, secret };
        await (await client.images.push(fingerprint, target)).wait();
        expect(await raw(`/1.0/images/${fingerprint}?project=${name}`)).toMatchObject({
          properties: { sent: "yes" },
          aliases: [{ name: "sent/1" }],
        });
      } finally {
        await removeImages(inside, fingerprint);
        await removeImages(client, fingerprint);
        await real.run([cli(real), "project", "delete", name]);
      }
    },
  );

  covers(["POST /1.0/images"], "a stranger with a token sends one", async ({ client, raw, real, name }) => {
    await using image = await ownImage(name);
    const fingerprint = image.fingerprints.split;
    await using connection = connectHttps({ address: real.httpsUrl, serverCertificate: real.serverCertificate });
    const stranger = createClient(connection);
    const files = { metadata: { content: image.metadata }, rootfs: { content: image.rootfs } };
    try {
      const awaited = { type: "image", mode: "push", fingerprint } as const;
      const token = await client.images.create({ source: awaited, properties: { sent: "yes" }, public: true });
      const secret = String(token.operation?.metadata["secret"]);
      const wrong = { fingerprint, secret: secret.replaceAll(/[0-9]/g, "0") };
      await expect(stranger.images.upload(files, wrong)).rejects.toMatchObject({ code: "FORBIDDEN" });
      await stranger.images.upload(files, { fingerprint, secret });
      const read = async () => raw(`/1.0/images?recursion=1&filter=fingerprint+eq+${fingerprint}`);
      await expect.poll(read, { timeout: 10_000 }).toMatchObject([{ public: true, properties: { sent: "yes" } }]);
      expect((await stranger.images.list()).map((each) => each.fingerprint)).toContain(fingerprint);
    } finally {
      await removeImages(client, fingerprint);
    }
  });

  covers(["POST /1.0/images"], "one is fetched from a web server", async ({ client, raw, real, name }) => {
    await using image = await ownImage(name);
    const fingerprint = image.fingerprints.unified;
    const prefix = real.flavour === "lxd" ? "LXD" : "Incus";
    const portFile = join(image.folder, "port");
    const endFile = join(image.folder, "end");
    const words = [serving, join(image.folder, "unified.tar"), fingerprint, prefix, portFile, endFile];
    const running = real.run([process.execPath, "-e", ...words]);
    try {
      const port = async () => readFile(portFile, "utf8").catch(() => "");
      await expect.poll(port, { timeout: 10_000 }).toMatch(/^\d+$/);
      const url = `http://127.0.0.1:${await port()}/image`;
      await (await client.images.create({ source: { type: "url", url }, properties: { from: "the web" } })).wait();
      expect(await raw(`/1.0/images/${fingerprint}`)).toMatchObject({ properties: { name, from: "the web" } });
    } finally {
      await writeFile(endFile, "");
      await running;
      await removeImages(client, fingerprint);
    }
  });

  covers(
    ["GET /1.0/images"],
    "those of all projects are listed",
    async ({ client, raw, real, name }) => {
      await real.run([cli(real), "project", "create", name, "-c", "features.images=true"]);
      await using image = await ownImage(name);
      const inside = client.in({ project: name });
      try {
        await (await inside.images.upload({ unified: { content: image.unified } })).wait();
        const filter = `properties.name eq ${name}`;
        expect(await client.images.list({ filter })).toEqual([]);
        expect(await client.images.list({ filter, allProjects: true })).toMatchObject([{ project: name }]);
        expect(await client.images.listUrls({ filter, allProjects: true })).toEqual(
          await raw(`/1.0/images?all-projects=true&filter=properties.name+eq+${name}`),
        );
      } finally {
        await removeImages(inside, image.fingerprints.unified);
        await real.run([cli(real), "project", "delete", name]);
      }
    },
    { on: "incus" },
  );
});

describeRoutes("names of images", ({ covers }) => {
  covers(
    [
      "GET /1.0/images/aliases",
      "POST /1.0/images/aliases",
      "GET /1.0/images/aliases/{name}",
      "PUT /1.0/images/aliases/{name}",
      "DELETE /1.0/images/aliases/{name}",
    ],
    "one with slashes is made, read, changed and removed",
    async ({ client, raw, name }) => {
      const { aliases } = client.images;
      const alias = `${name}/jammy/amd64`;
      const { target } = (await aliases.get(source.alias)).value;
      const read = async () =>
        ((await raw("/1.0/images/aliases?recursion=1")) as { readonly name: string }[]).filter((each) =>
          each.name.startsWith(name),
        );
      await using image = await ownImage(name);
      const other = image.fingerprints.unified;
      try {
        await (await client.images.upload({ unified: { content: image.unified } })).wait();
        await aliases.create({ name: alias, target, description: "one" });
        await expect(aliases.create({ name: alias, target })).rejects.toMatchObject({ code: "CONFLICT" });
        expect(await read()).toEqual([{ name: alias, target, description: "one", type: "container" }]);
        expect(await aliases.list()).toEqual(await raw("/1.0/images/aliases?recursion=1"));
        expect(await aliases.listUrls()).toEqual(await raw("/1.0/images/aliases"));
        const { value, etag } = await aliases.get(alias);
        expect(value).toEqual({ name: alias, target, description: "one", type: "container" });
        await aliases.update(alias, { target: other, description: "two" }, { ifMatch: etag });
        expect(await read()).toMatchObject([{ name: alias, target: other, description: "two" }]);
        const late = aliases.update(alias, { target, description: "" }, { ifMatch: etag });
        await expect(late).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
        await aliases.delete(alias);
        expect(await read()).toEqual([]);
      } finally {
        for (const each of await read()) await aliases.delete(each.name);
        await removeImages(client, other);
      }
    },
  );

  // LXD 5.0.2 stops for everybody when it is asked to PATCH one, or to rename one: see renamed-aliases.real.test.ts.
  covers(
    ["PATCH /1.0/images/aliases/{name}"],
    "one is changed in part",
    async ({ client, raw, name }) => checkPatch(client, raw, name),
    { on: "incus" },
  );

  covers(
    ["GET /1.0/images/aliases/{name}", "PUT /1.0/images/aliases/{name}"],
    "one is changed in part, read and replaced",
    async ({ client, raw, name }) => checkPatch(client, raw, name),
    { on: "lxd" },
  );
});

async function checkPatch(client: Client, raw: RouteContext["raw"], name: string): Promise<void> {
  const { aliases } = client.images;
  const { target } = (await aliases.get(source.alias)).value;
  try {
    await aliases.create({ name, target, description: "one" });
    const { etag } = await aliases.get(name);
    await aliases.patch(name, { description: "two" }, { ifMatch: etag });
    expect(await raw(`/1.0/images/aliases/${name}`)).toMatchObject({ name, target, description: "two" });
    const late = aliases.patch(name, { description: "three" }, { ifMatch: etag });
    await expect(late).rejects.toMatchObject({ code: "ETAG_MISMATCH" });
    // Who asks for no ETag is served although others change it at the same time.
    const texts = ["a", "b", "c"];
    await Promise.all(texts.map((description) => aliases.patch(name, { description })));
    const { description } = (await aliases.get(name)).value;
    expect(texts).toContain(description);
  } finally {
    await aliases.delete(name);
  }
}
