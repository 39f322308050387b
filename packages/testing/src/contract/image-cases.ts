import assert from "node:assert/strict";
import type { Image, Operation } from "@lxdkit/protocol";
import { readMultipart, writeMultipart } from "../images/multipart.ts";
import { writeTar } from "../images/tar.ts";
import type { ContractCase } from "./contract-case.ts";
import { withInstance } from "./own-instance.ts";
import { exchange, fingerprintOf, metadataText, newUnifiedImage, removeImage, upload, withImage } from "./own-image.ts";
import { assertAllRefused, assertDone, assertTells, of, read, shortName, withObject } from "./own-object.ts";
import { assertRefused, fails, get, operationEnd, send, succeeds } from "./raw-http.ts";
import { newPair, sendTls } from "./raw-https.ts";

/** Images: upload, export, changes, secrets, publishing, removal. */
export const imageCases: readonly ContractCase[] = [
  {
    name: "a unified image is uploaded under the hash of its bytes, with properties from metadata and headers",
    async run(target) {
      const bytes = newUnifiedImage();
      const fingerprint = fingerprintOf(bytes);
      const url = `/1.0/images/${fingerprint}`;
      try {
        const headers = { filename: "a.tar.gz", public: "true", properties: "color=blue&os=other" };
        const operation = await succeeds(target, await upload(target, bytes, { headers }));
        assert.equal(operation.description, "Downloading image");
        assert.deepEqual(operation.resources, of(target, { lxd: null, incus: {} }));
        assert.deepEqual(operation.metadata, { fingerprint, size: String(bytes.length) });
        const { uploaded_at: _, properties, ...image } = (await read(target, url)).object as unknown as Image;
        const { salt, ...others } = properties;
        assert.match(salt ?? "", /^[0-9a-f]{16}x$/);
        assert.deepEqual(others, { color: "blue", os: "other" });
        assert.deepEqual(image, {
          auto_update: false,
          public: true,
          expires_at: of(target, { lxd: "1970-01-01T00:00:00Z", incus: "0001-01-01T00:00:00Z" }),
          profiles: ["default"],
          aliases: [],
          architecture: "x86_64",
          cached: false,
          filename: "a.tar.gz",
          fingerprint,
          size: bytes.length,
          type: "container",
          created_at: "2023-11-14T22:13:20Z",
          last_used_at: "0001-01-01T00:00:00Z",
          ...of<object>(target, { lxd: {}, incus: { project: "default" } }),
        });
        await fails(target, await upload(target, bytes), "Image with same fingerprint already exists");
        const exported = await exchange(target, "GET", `${url}/export`);
        assert.deepEqual(exported.bytes, bytes);
        const { headers: sent } = exported.answer;
        assert.equal(sent["content-type"], "application/octet-stream");
        assert.equal(sent["content-disposition"], `inline;filename=${fingerprint}.tar.gz`);
        assert.equal(sent["x-incus-type"], of(target, { lxd: undefined, incus: "incus" }));
      } finally {
        await removeImage(target, url);
      }
    },
  },
  {
    name: "a split image has two files, of which the second says whether it is a virtual machine",
    async run(target) {
      for (const [name, type] of [
        ["rootfs", "container"],
        ["rootfs.img", "virtual-machine"],
      ] as const) {
        const metadata = newUnifiedImage();
        const rootfs = Buffer.from(`hsqs${shortName()}`);
        const body = writeMultipart(
          [
            { name: "metadata", filename: "meta.tar.gz", bytes: metadata },
            { name, filename: "root.file", bytes: rootfs },
          ],
          "frontier",
        );
        const fingerprint = fingerprintOf(metadata, rootfs);
        const url = `/1.0/images/${fingerprint}`;
        try {
          await succeeds(target, await upload(target, body, { type: "multipart/form-data; boundary=frontier" }));
          const image = (await read(target, url)).object as unknown as Image;
          assert.deepEqual([image.type, image.filename], [type, "root.file"]);
          assert.equal(image.size, metadata.length + rootfs.length);
          const exported = await exchange(target, "GET", `${url}/export`);
          const parts = readMultipart(exported.bytes, exported.answer.headers["content-type"] ?? "");
          assert.deepEqual(
            parts.map((part) => [part.name, part.bytes]),
            [
              ["metadata", metadata],
              [name, rootfs],
            ],
          );
          assert.equal(parts[0]?.filename, `meta-${fingerprint}.tar.gz`);
        } finally {
          await removeImage(target, url);
        }
      }
    },
  },
  {
    name: "what is no image fails in the operation, with the reason",
    async run(target) {
      const metadata = (content: string): Buffer => newUnifiedImage(content);
      const bad = [
        [Buffer.alloc(0), "EOF"],
        [Buffer.from("garbage of some length"), "Unsupported compression"],
        [writeTar([{ path: "x", content: Buffer.from("y") }]), "Metadata tarball is missing metadata.yaml"],
        [metadata("creation_date: 5\n"), "Architecture isn't supported: "],
        [metadata("architecture: foo\ncreation_date: 5\n"), "Architecture isn't supported: foo"],
        [metadata("architecture: x86_64\n"), "Missing creation date"],
        [writeTar([{ path: "metadata.yaml", content: Buffer.from(metadataText()) }]), "Invalid instance type"],
      ] as const;
      for (const [bytes, text] of bad) await fails(target, await upload(target, bytes), text);
      const wrong = await upload(target, newUnifiedImage(), { headers: { fingerprint: "0000" } });
      await fails(target, wrong, /^fingerprints don't match, got [0-9a-f]{64} expected 0000$/);
      const type = "multipart/form-data; boundary=frontier";
      const alone = (name: string) => writeMultipart([{ name, filename: "x", bytes: newUnifiedImage() }], "frontier");
      await fails(target, await upload(target, alone("rootfs"), { type }), "Invalid multipart image");
      await fails(target, await upload(target, alone("metadata"), { type }), "EOF");
    },
  },
  {
    name: "PUT replaces what may be changed of an image, PATCH merges it",
    async run(target) {
      await withImage(target, async (url, fingerprint) => {
        const short = url.slice(0, -50);
        assertDone(await send(target, "PUT", short, { body: { properties: { os: "a" }, public: true } }));
        assertDone(await send(target, "PATCH", short, { body: { properties: { color: "red" }, auto_update: true } }));
        const seen = async (): Promise<readonly unknown[]> => {
          const image = (await read(target, url)).object as unknown as Image;
          return [image.properties, image.public, image.auto_update, image.profiles];
        };
        assert.deepEqual(await seen(), [{ color: "red", os: "a" }, true, true, ["default"]]);
        const body = { expires_at: "2030-01-01T00:00:00Z", profiles: ["default"] };
        assertDone(await send(target, "PUT", url, { body }));
        assert.deepEqual(await seen(), [{}, false, false, ["default"]]);
        assert.equal((await read(target, url)).object["expires_at"], body.expires_at);
        const status = of(target, { lxd: 400, incus: 500 });
        await assertAllRefused(target, [
          ["PUT", url, { profiles: ["no-such"] }, status, "Profile 'no-such' doesn't exist"],
        ]);
        const stale = await send(target, "PUT", url, { body, headers: { "If-Match": '"stale"' } });
        assertRefused(stale, 412, / vs stale$/);
        const { etag } = await read(target, url);
        assertDone(await send(target, "PUT", url, { body, headers: { "If-Match": etag } }));
        assert.equal(fingerprint.length, 64);
      });
      await assertAllRefused(target, [
        ["PUT", "/1.0/images/0000beef", {}, 404, "Image not found"],
        ["PATCH", "/1.0/images/0000beef", {}, 404, "Image not found"],
        ["DELETE", "/1.0/images/0000beef", undefined, 404, "Image not found"],
        ["POST", "/1.0/images/0000beef/refresh", undefined, 404, "Image not found"],
        ["POST", "/1.0/images/0000beef/secret", undefined, 404, "Image not found"],
        [
          ...(["GET", "/1.0/images/0000beef/export", undefined, 404] as const),
          { lxd: "Image not found", incus: 'Image "0000beef" not found' },
        ],
        ["POST", "/1.0/images", { source: { type: "foo" } }, 500, "Invalid images JSON"],
      ]);
    },
  },
  {
    name: "an image that came as a file cannot be refreshed",
    async run(target) {
      await withImage(target, async (url, fingerprint) => {
        const answer = await send(target, "POST", `${url}/refresh`);
        const text = `Failed to update image "${fingerprint}" in project "default": Image source not found`;
        assert.equal((await fails(target, answer, text)).description, "Refreshing image");
      });
    },
  },
  {
    name: "removing an image is an operation and takes its aliases along",
    async run(target) {
      const alias = shortName();
      await withImage(target, async (url, fingerprint) => {
        const made = await send(target, "POST", "/1.0/images/aliases", { body: { name: alias, target: fingerprint } });
        assert.equal(made.status, 201);
        const operation = await succeeds(target, await send(target, "DELETE", url.slice(0, -50)));
        assert.deepEqual([operation.description, operation.resources], ["Deleting image", { images: [url] }]);
        assertRefused(await get(target, `/1.0/images/aliases/${alias}`), 404, "Image alias not found");
        assert.equal((await get(target, url)).status, 404);
      });
    },
  },
  {
    name: "an instance is published as an image, which Incus gives the properties of the first image too",
    async run(target) {
      await withInstance(target, async (_, name) => {
        const alias = shortName();
        const body = {
          source: { type: "instance", name },
          properties: { mark: alias },
          public: true,
          aliases: [{ name: alias, description: "d" }],
          filename: "file",
        };
        const operation = await succeeds(target, await send(target, "POST", "/1.0/images", { body }));
        assert.equal(operation.description, "Downloading image");
        const url = `/1.0/images/${String(operation.metadata["fingerprint"])}`;
        try {
          const image = (await read(target, url)).object as unknown as Image;
          assert.deepEqual(image.aliases, [{ name: alias, description: "d" }]);
          assert.deepEqual(
            [image.public, image.type, image.cached, image.filename],
            [true, "container", false, "file"],
          );
          assert.equal(image.expires_at, "0001-01-01T00:00:00Z");
          assert.equal(image.properties["mark"], alias);
          const keys = Object.keys(image.properties);
          assert.equal(keys.length > 1, target.flavour === "incus", keys.join());
          const { bytes } = await exchange(target, "GET", `${url}/export`);
          assert.equal(`/1.0/images/${fingerprintOf(bytes)}`, url);
        } finally {
          await removeImage(target, url);
        }
      });
    },
  },
  {
    name: "an instance that is not there cannot be published: 404 at once on LXD, in the operation on Incus",
    async run(target) {
      const answer = await send(target, "POST", "/1.0/images", {
        body: { source: { type: "instance", name: "no-such" } },
      });
      if (target.flavour === "lxd") return assertRefused(answer, 404, "Instance not found");
      const text = 'Failed to fetch instance "no-such" in project "default": Instance not found';
      await fails(target, answer, text);
    },
  },
  {
    name: "an image belongs to a project, which its list leaves out of the paths",
    async run(target) {
      const project = shortName();
      await withObject(target, "/1.0/projects", { name: project }, async () => {
        const bytes = newUnifiedImage();
        const path = `/1.0/images/${fingerprintOf(bytes)}`;
        const url = `${path}?project=${project}`;
        const created = { action: "image-created", source: url, project, context: { type: "container" } };
        const deleted = { action: "image-deleted", source: url, project };
        await assertTells(target, [created, deleted], async () => {
          await succeeds(target, await upload(target, bytes, { query: `?project=${project}` }));
          assert.deepEqual((await get(target, `/1.0/images?project=${project}`)).metadata, [path]);
          assert.equal((await get(target, path)).status, 404);
          const operation = await succeeds(target, await send(target, "DELETE", url));
          assert.deepEqual(operation.resources, { images: [of(target, { lxd: path, incus: url })] });
        });
      });
    },
  },
  {
    name: "callers without trust see public images, and others with a secret",
    needs: "httpsUrl",
    async run(target) {
      await withImage(target, async (url) => {
        const pair = await newPair();
        const status = async (path: string): Promise<number> => (await sendTls(target, "GET", path, { pair })).status;
        const listed = async (): Promise<boolean> =>
          ((await sendTls(target, "GET", "/1.0/images")).metadata as string[]).includes(url);
        assert.deepEqual([await status(url), await status(`${url}/export`), await listed()], [404, 404, false]);
        const answer = await send(target, "POST", `${url}/secret`);
        const token = answer.metadata as Operation;
        assert.equal(answer.status, 202);
        assert.deepEqual([token.class, token.description, token.status], ["token", "Image download token", "Running"]);
        assert.deepEqual(token.resources, { images: [url] });
        const secret = String(token.metadata["secret"]);
        assert.match(secret, /^[0-9a-f]{64}$/);
        assert.deepEqual([await status(`${url}?secret=${secret}`), await status(`${url}?secret=00`)], [200, 404]);
        assertDone(await send(target, "PATCH", url, { body: { public: true } }));
        assert.deepEqual([await status(url), await status(`${url}/export`), await listed()], [200, 200, true]);
      });
    },
  },
  {
    name: "a server that does not answer fails the download",
    async run(target) {
      const source = {
        type: "image",
        mode: "pull",
        server: "https://127.0.0.1:1",
        protocol: "simplestreams",
        alias: "x",
      };
      const operation = await operationEnd(target, await send(target, "POST", "/1.0/images", { body: { source } }));
      assert.equal(operation.status, "Failure");
      assert.match(operation.err, /^Failed getting remote image info: Failed getting image: Failed parsing stream: /);
    },
  },
];
