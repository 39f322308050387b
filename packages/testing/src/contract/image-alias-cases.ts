import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { withImage } from "./own-image.ts";
import { assertAllRefused, assertCreated, assertDone, assertTells, of, read, shortName } from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const aliases = "/1.0/images/aliases";

/** Aliases of images: all verbs. */
export const imageAliasCases: readonly ContractCase[] = [
  {
    name: "an alias is made, changed, renamed and removed, and all that is told",
    async run(target) {
      await withImage(target, async (_, fingerprint) => {
        const [name, next] = [shortName(), shortName()];
        const [url, renamed] = [`${aliases}/${name}`, `${aliases}/${next}`];
        const context = { target: fingerprint };
        const told = [
          { action: "image-alias-created", source: url, context },
          { action: "image-alias-updated", source: url, context },
          { action: "image-alias-renamed", source: renamed, context: { old_name: name } },
          { action: "image-alias-deleted", source: renamed },
        ];
        await assertTells(target, told, async () => {
          const body = { name, target: fingerprint, description: "d" };
          assertCreated(await send(target, "POST", aliases, { body }), url);
          assert.deepEqual((await read(target, url)).object, { ...body, type: "container" });
          assertDone(await send(target, "PUT", url, { body: { target: fingerprint, description: "e" } }));
          assert.equal((await read(target, url)).object["description"], "e");
          assertCreated(await send(target, "POST", url, { body: { name: next } }), renamed);
          assertDone(await send(target, "DELETE", renamed));
        });
      });
    },
  },
  {
    name: "PATCH changes an alias on Incus; on LXD 5.0.2 it hangs until its time is up",
    async run(target) {
      // Asking LXD would hold its database for ten seconds, which no other case here would like.
      if (target.flavour === "lxd") return;
      await withImage(target, async (_, fingerprint) => {
        const url = `${aliases}/${shortName()}`;
        const body = { name: url.split("/").at(-1), target: fingerprint };
        assertCreated(await send(target, "POST", aliases, { body }), url);
        assertDone(await send(target, "PATCH", url, { body: { description: "f" } }));
        const { object } = await read(target, url);
        assert.deepEqual([object["description"], object["target"]], ["f", fingerprint]);
        assertDone(await send(target, "DELETE", url));
      });
    },
  },
  {
    name: "aliases that make no sense are refused",
    async run(target) {
      await withImage(target, async (_, fingerprint) => {
        const [name, other] = [shortName(), shortName()];
        const url = `${aliases}/${name}`;
        for (const one of [name, other]) {
          const body = { name: one, target: fingerprint };
          assertCreated(await send(target, "POST", aliases, { body }), `${aliases}/${one}`);
        }
        const missing = `${aliases}/no-such`;
        await assertAllRefused(target, [
          ["POST", aliases, { name: "", target: fingerprint }, 400, "name and target are required"],
          ["POST", aliases, { name: "x" }, 400, "name and target are required"],
          ["POST", aliases, { name, target: fingerprint }, 409, `Alias "${name}" already exists`],
          ["POST", url, { name: other }, 409, `Alias "${other}" already exists`],
          ["PUT", url, { description: "e" }, 400, "The target field is required"],
          ["PUT", url, { target: "no-such" }, 404, "Image not found"],
          ["POST", missing, { name: "x" }, 404, "Image alias not found"],
          ["PATCH", missing, {}, 404, "Image alias not found"],
          ["DELETE", missing, undefined, 404, "Image alias not found"],
        ]);
        const body = { target: fingerprint };
        assertRefused(await send(target, "PUT", url, { body, headers: { "If-Match": '"stale"' } }), 412, / vs stale$/);
        assertRefused(await send(target, "PUT", url, { body, headers: { "If-Match": '""' } }), 412, / vs $/);
        const { etag } = await read(target, url);
        assertDone(await send(target, "PUT", url, { body, headers: { "If-Match": etag } }));
      });
    },
  },
  {
    name: "a name with a slash and a space is escaped once by Incus, twice by LXD",
    async run(target) {
      await withImage(target, async (_, fingerprint) => {
        const name = `${shortName()}/a b`;
        const once = encodeURIComponent(name);
        const url = `${aliases}/${of(target, { lxd: encodeURIComponent(once), incus: once })}`;
        assertCreated(await send(target, "POST", aliases, { body: { name, target: fingerprint } }), url);
        assert.ok(((await get(target, aliases)).metadata as string[]).includes(url));
        assert.equal((await read(target, `${aliases}/${once}`)).object["name"], name);
        assertDone(await send(target, "DELETE", `${aliases}/${once}`));
      });
    },
  },
];
