import assert from "node:assert/strict";
import type { Image, Operation } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { exchange, newUnifiedImage, fingerprintOf, removeImage, upload, withImage } from "./own-image.ts";
import { withInstance } from "./own-instance.ts";
import { assertDone, assertTells, type Fields, of, read, shortName, withObject } from "./own-object.ts";
import { type Answer, assertRefused, fails, get, send, succeeds } from "./raw-http.ts";

const images = "/1.0/images";
const aliases = "/1.0/images/aliases";

/** How the server is reached by others, itself among them. */
async function self(target: ContractTarget): Promise<Fields> {
  const { object } = await read(target, "/1.0");
  const { addresses, certificate } = object["environment"] as {
    readonly addresses: readonly string[];
    readonly certificate: string;
  };
  return { server: `https://${addresses[0] ?? ""}`, certificate, protocol: target.flavour };
}

/** Asks for an image of the server itself, to be put into another project. */
async function pull(target: ContractTarget, project: string, source: object, body: object = {}): Promise<Answer> {
  const full = { type: "image", mode: "pull", ...(await self(target)), ...source };
  return send(target, "POST", `${images}?project=${project}`, { body: { source: full, ...body } });
}

async function withProject(target: ContractTarget, use: (project: string) => Promise<void>): Promise<void> {
  const name = shortName();
  const config = { "features.images": "true", "features.profiles": "false" };
  await withObject(target, "/1.0/projects", { name, config }, async () => {
    try {
      await use(name);
    } finally {
      // A project that holds an image would stay, should the case have failed.
      const left = (await get(target, `${images}?project=${name}`)).metadata as readonly string[];
      for (const url of left) await removeImage(target, `${url}?project=${name}`);
    }
  });
}

/** Images that go from one server to another; here both are the same. */
export const imageCopyCases: readonly ContractCase[] = [
  {
    name: "a public image is pulled from another server, by fingerprint or alias, with what the body says of it",
    needs: "httpsUrl",
    async run(target) {
      await withImage(target, async (url, fingerprint) => {
        assertDone(await send(target, "PATCH", url, { body: { public: true } }));
        const alias = shortName();
        await withObject(target, aliases, { name: alias, target: fingerprint }, async () => {
          await withProject(target, async (project) => {
            const copy = `${url}?project=${project}`;
            const names = [{ name: shortName(), description: "x" }];
            const body = { public: true, auto_update: true, properties: { "own.a": "1" }, aliases: names };
            const told = { action: "image-created", source: copy, project, context: { type: "container" } };
            await assertTells(target, [told], async () => {
              const made = await succeeds(target, await pull(target, project, { fingerprint }, body));
              assert.equal(made.description, "Downloading image");
              const { object } = await read(target, url);
              assert.deepEqual(made.metadata, { fingerprint, size: String(object["size"]) });
            });
            const image = (await read(target, copy)).object as unknown as Image;
            assert.deepEqual(
              [image.public, image.auto_update, image.cached, image.properties?.["own.a"], image.aliases],
              [true, true, false, "1", names],
            );
            const { server, certificate, protocol } = await self(target);
            const { image_type: _type, ...source } = image.update_source ?? {};
            assert.deepEqual(source, { alias: fingerprint, server, certificate, protocol });
            const refreshed = await succeeds(target, await send(target, "POST", `${url}/refresh?project=${project}`));
            assert.deepEqual(refreshed.metadata, { refreshed: false });
            // One that is there already is taken as it is; Incus stumbles over the names that it has.
            const taken = await pull(target, project, { fingerprint, secret: "bad" });
            if (target.flavour === "lxd") await succeeds(target, taken);
            else await fails(target, taken, `Alias already exists: ${names[0]?.name ?? ""}`);
            await removeImage(target, copy);
            await succeeds(target, await pull(target, project, { alias }));
            const again = (await read(target, copy)).object as unknown as Image;
            assert.deepEqual([again.public, again.update_source?.alias], [false, alias]);
            await removeImage(target, copy);
          });
        });
      });
    },
  },
  {
    name: "a refresh puts the image that the alias stands for now in the place of the older one",
    needs: "httpsUrl",
    async run(target) {
      await withImage(target, async (older, fingerprint) => {
        await withImage(target, async (newer, newest) => {
          for (const url of [older, newer]) assertDone(await send(target, "PATCH", url, { body: { public: true } }));
          const alias = shortName();
          await withObject(target, aliases, { name: alias, target: fingerprint }, async (aliasUrl) => {
            await withProject(target, async (project) => {
              const names = [{ name: shortName(), description: "o" }];
              await succeeds(
                target,
                await pull(target, project, { alias }, { aliases: names, public: true, auto_update: true }),
              );
              assertDone(await send(target, "PUT", aliasUrl, { body: { target: newest } }));
              const query = `?project=${project}`;
              const told = [{ action: "image-refreshed", source: `${older}${query}`, project }];
              await assertTells(target, told, async () => {
                const end = await succeeds(target, await send(target, "POST", `${older}/refresh${query}`));
                assert.deepEqual(end.metadata, { refreshed: true });
              });
              assert.deepEqual((await get(target, `${images}${query}`)).metadata, [newer]);
              const image = (await read(target, `${newer}${query}`)).object as unknown as Image;
              assert.deepEqual([image.aliases, image.update_source?.alias], [names, alias]);
              assert.deepEqual([image.public, image.auto_update], [true, false]);
              await removeImage(target, `${newer}${query}`);
            });
          });
        });
      });
    },
  },
  {
    name: "a private image is pulled with its secret alone, which may be used again",
    needs: "httpsUrl",
    async run(target) {
      await withImage(target, async (url, fingerprint) => {
        await withProject(target, async (project) => {
          const about = "Failed getting remote image info:";
          await fails(
            target,
            await pull(target, project, { fingerprint }),
            `${about} Image "${fingerprint}" not found`,
          );
          const token = await send(target, "POST", `${url}/secret`, { body: {} });
          const { secret } = (token.metadata as Operation).metadata as Record<string, string>;
          await succeeds(target, await pull(target, project, { fingerprint, secret }));
          assert.equal(((await get(target, token.headers.location ?? "")).metadata as Operation).status, "Running");
          const copy = `${url}?project=${project}`;
          assert.equal((await read(target, copy)).object["public"], false);
          await removeImage(target, copy);
          // What another project has needs no download, so that the secret is not looked at.
          await succeeds(target, await pull(target, project, { fingerprint, secret: "bad" }));
          await removeImage(target, copy);
        });
      });
    },
  },
  {
    name: "servers that cannot be reached or trusted, and images that are not there, fail the pull",
    needs: "httpsUrl",
    async run(target) {
      await withProject(target, async (project) => {
        const title = of(target, { lxd: "LXD server", incus: "the server" });
        const { server } = await self(target);
        const nobody = "https://127.0.0.1:1";
        const refused = "Unable to connect to: 127.0.0.1:1 ([dial tcp 127.0.0.1:1: connect: connection refused])";
        const unreached = `Failed to connect to ${title} "${nobody}": Get "${nobody}/1.0": ${refused}`;
        await fails(target, await pull(target, project, { server: nobody, fingerprint: "0".repeat(64) }), unreached);
        const before = of(target, { lxd: "", incus: "tls: failed to verify certificate: " });
        const untrusted = `Get "${String(server)}/1.0": ${before}x509: certificate signed by unknown authority`;
        const plain = await pull(target, project, { certificate: "", fingerprint: "0".repeat(64) });
        await fails(target, plain, `Failed to connect to ${title} "${String(server)}": ${untrusted}`);
        const missing = of(target, { lxd: "Image not found", incus: 'Image "0123456789ab" not found' });
        const about = "Failed getting remote image info:";
        await fails(target, await pull(target, project, { fingerprint: "0123456789ab" }), `${about} ${missing}`);
        const none = "must specify one of alias or fingerprint for init from image";
        await fails(target, await pull(target, project, {}), none);
      });
    },
  },
  {
    name: "an image is pushed to another server that holds a token for it",
    needs: "httpsUrl",
    async run(target) {
      await withImage(target, async (url, fingerprint) => {
        await withProject(target, async (project) => {
          const names = [{ name: shortName(), description: "" }];
          const source = { type: "image", mode: "push", fingerprint };
          const body = { source, aliases: names, public: true, properties: { k: "v" } };
          const token = await send(target, "POST", `${images}?project=${project}`, { body });
          const { class: kind, metadata } = token.metadata as Operation;
          const { secret, ...wish } = metadata as Record<string, unknown>;
          const asked = { aliases: names, expires_at: "0001-01-01T00:00:00Z", properties: { k: "v" }, public: true };
          assert.deepEqual([kind, wish], ["token", asked]);
          const { server, certificate } = await self(target);
          const told = [{ action: "image-retrieved", source: url, context: { target: server } }];
          const push = { target: server, certificate, secret, project };
          await assertTells(target, told, async () => {
            await succeeds(target, await send(target, "POST", `${url}/export`, { body: push }));
          });
          const copy = `${url}?project=${project}`;
          const image = (await read(target, copy)).object as unknown as Image;
          assert.deepEqual([image.public, image.properties, image.aliases], [true, { k: "v" }, names]);
          assert.equal(image.filename, fingerprint);
          const used = (await get(target, token.headers.location ?? "")).metadata as Operation;
          assert.equal(used.status, "Cancelled");
          // A token still counts for a moment; what never was one does not.
          const taken = of(target, {
            lxd: 'Failed operation "Failure": "Image with same fingerprint already exists"',
            incus: "Image with same fingerprint already exists",
          });
          await fails(target, await send(target, "POST", `${url}/export`, { body: push }), taken);
          const bad = { body: { ...push, secret: "bad" } };
          await fails(target, await send(target, "POST", `${url}/export`, bad), "not authorized");
          await removeImage(target, copy);
        });
      });
    },
  },
  {
    name: "a push to where nobody is, is refused at once",
    async run(target) {
      await withImage(target, async (url) => {
        const nobody = "https://127.0.0.1:1";
        const refused = "Unable to connect to: 127.0.0.1:1 ([dial tcp 127.0.0.1:1: connect: connection refused])";
        const push = await send(target, "POST", `${url}/export`, { body: { target: nobody, secret: "x" } });
        assertRefused(push, 500, `Get "${nobody}/1.0": ${refused}`);
        const nowhere = await send(target, "POST", `${url}/export`, { body: {} });
        assertRefused(nowhere, 500, 'Get "/1.0": unsupported protocol scheme ""');
        assertRefused(await send(target, "POST", `${images}/no-such/export`, { body: {} }), 404, "Image not found");
      });
    },
  },
  {
    name: "an image behind a URL needs a server that tells its hash",
    async run(target) {
      const make = (url: string): Promise<Answer> =>
        send(target, "POST", images, { body: { source: { type: "url", url } } });
      await fails(target, await make(""), "Missing URL");
      const refused = "Unable to connect to: 127.0.0.1:1 ([dial tcp 127.0.0.1:1: connect: connection refused])";
      await fails(target, await make("http://127.0.0.1:1/x"), `Head "http://127.0.0.1:1/x": ${refused}`);
      const body = { source: { type: "foo" } };
      assertRefused(await send(target, "POST", images, { body }), 500, "Invalid images JSON");
    },
  },
  {
    name: "Incus takes aliases with an upload; LXD does not look at them",
    async run(target) {
      const bytes = newUnifiedImage();
      const url = `${images}/${fingerprintOf(bytes)}`;
      const names = [shortName(), shortName()];
      const list = names.map((name) => `alias=${name}`).join("&");
      await succeeds(target, await upload(target, bytes, { headers: { aliases: list } }));
      const { object } = await read(target, url);
      const expected = names.map((name) => ({ name, description: "" }));
      assert.deepEqual(object["aliases"], of<unknown>(target, { lxd: [], incus: expected }));
      const other = newUnifiedImage();
      const again = await upload(target, other, { headers: { aliases: list } });
      if (target.flavour === "lxd") await succeeds(target, again);
      else await fails(target, again, `Alias already exists: ${names[0] ?? ""}`);
      await removeImage(target, url);
      // It has stayed all the same.
      await removeImage(target, `${images}/${fingerprintOf(other)}`);
    },
  },
  {
    name: "an instance is made of the image of another server",
    needs: "httpsUrl",
    async run(target) {
      await withImage(target, async (url, fingerprint) => {
        assertDone(await send(target, "PATCH", url, { body: { public: true } }));
        const source = { type: "image", ...(await self(target)), fingerprint };
        await withInstance(
          target,
          async (path) => {
            const { object } = await read(target, path);
            const config = object["config"] as Record<string, string>;
            assert.equal(config["volatile.base_image"], fingerprint);
          },
          { source },
        );
      });
    },
  },
  {
    name: "the file of an image is served like other files, also in parts",
    async run(target) {
      await withImage(target, async (url, fingerprint) => {
        const { answer } = await exchange(target, "GET", `${url}/export`);
        const { headers } = answer;
        assert.equal(headers["accept-ranges"], "bytes");
        assert.equal(headers["content-disposition"], `inline;filename=${fingerprint}.tar.gz`);
        assert.ok(!Number.isNaN(Date.parse(headers["last-modified"] ?? "")));
        const part = await exchange(target, "GET", `${url}/export`, { headers: { Range: "bytes=0-3" } });
        assert.deepEqual([part.answer.status, part.bytes.length], [206, 4]);
      });
    },
  },
  {
    name: "an image of a simplestreams host keeps what the stream says of it, its two files, and no time of use",
    needs: "simplestreams",
    async run(target) {
      const { url: server, alias } = target.simplestreams ?? { url: "", alias: "" };
      await withProject(target, async (project) => {
        const source = { type: "image", mode: "pull", protocol: "simplestreams", server, alias };
        const names = [{ name: shortName(), description: "x" }];
        const body = { source, aliases: names, public: true, auto_update: true, properties: { "own.a": "1" } };
        const path = `${images}?project=${project}`;
        const made = await succeeds(target, await send(target, "POST", path, { body }));
        const { fingerprint } = made.metadata as Record<string, string>;
        const url = `${images}/${fingerprint ?? ""}?project=${project}`;
        const image = (await read(target, url)).object as unknown as Image;
        const { properties } = image;
        assert.deepEqual(
          [properties["own.a"], properties["release"], properties["label"], properties["type"]],
          ["1", alias, "release", "squashfs"],
        );
        const never = "0001-01-01T00:00:00Z";
        assert.deepEqual([image.cached, image.filename, image.last_used_at, image.aliases], [false, "", never, names]);
        const { answer } = await exchange(target, "GET", `${images}/${fingerprint ?? ""}/export?project=${project}`);
        assert.match(answer.headers["content-type"] ?? "", /^multipart\/form-data; boundary=/);
        await removeImage(target, url);
      });
    },
  },
];
