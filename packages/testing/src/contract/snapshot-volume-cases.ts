import assert from "node:assert/strict";
import { etagOf } from "../core/etag.ts";
import type { ContractCase } from "./contract-case.ts";
import { assertAllRefused, read } from "./own-object.ts";
import { get, send, succeeds } from "./raw-http.ts";
import { withVolume, withVolumes } from "./volume-cases.ts";

/** Snapshots by the path of a volume. */
export const snapshotVolumeCases: readonly ContractCase[] = [
  {
    name: "a snapshot can be read where volumes are, and nothing else be done to it there",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, { config: { "user.a": "1" } }, async (url) => {
          await succeeds(target, await send(target, "POST", `${url}/snapshots`, { body: { name: "s1" } }));
          const name = `${url.split("/").at(-1) ?? ""}/s1`;
          const path = `${url}%2Fs1`;
          const { object, etag } = await read(target, path);
          assert.deepEqual([object["name"], object["used_by"], object["location"]], [name, [], "none"]);
          assert.equal(etag, `"${etagOf([name, "custom", { "user.a": "1" }])}"`);
          const all = (await get(target, `${volumes}?recursion=1`)).metadata as readonly { readonly name: string }[];
          assert.deepEqual(
            all.find((one) => one.name === name),
            object,
          );
          await assertAllRefused(target, [
            ["GET", `${url}%2Fnone`, undefined, 404, "Storage pool volume not found"],
            ["PUT", path, { description: "x" }, 500, "Volume name cannot be a snapshot"],
            ["PATCH", path, { description: "x" }, 400, "Invalid volume name"],
            ["POST", path, { name: "x" }, 400, "Invalid volume name"],
            ["DELETE", path, undefined, 400, `Invalid storage volume "${name}"`],
          ]);
        });
      });
    },
  },
  {
    name: "a server that is alone does not look at the location of a volume to copy",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, {}, async (url) => {
          const [, , , pool = "", , type = "", name = ""] = url.split("/");
          const copied = `${name}-2`;
          const source = { type: "copy", pool, name, location: "anywhere" };
          await succeeds(target, await send(target, "POST", volumes, { body: { name: copied, type, source } }));
          await read(target, `${volumes}/${copied}`);
          await send(target, "DELETE", `${volumes}/${copied}`);
        });
      });
    },
  },
];
