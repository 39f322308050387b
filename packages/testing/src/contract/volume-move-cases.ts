import assert from "node:assert/strict";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { bringTo, readInstance, withInstance } from "./own-instance.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertTells,
  of,
  read,
  type Refused,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, fails, get, send, succeeds } from "./raw-http.ts";
import { withVolume, withVolumes } from "./volume-cases.ts";

const projects = "/1.0/projects";

interface Place {
  readonly target: ContractTarget;
  readonly volumes: string;
  readonly pool: string;
  readonly url: string;
  readonly name: string;
}

/** Runs `use` with a volume in a pool of its own. */
async function withPlace(target: ContractTarget, body: object, use: (place: Place) => Promise<void>): Promise<void> {
  await withVolumes(target, async (volumes, pool) => {
    await withVolume(target, volumes, body, (url) =>
      use({ target, volumes, pool: pool.split("/").at(-1) ?? "", url, name: url.split("/").at(-1) ?? "" }),
    );
  });
}

async function copy({ target, volumes, pool, name }: Place, to: string, source = {}, body = {}): Promise<void> {
  const full = { name: to, source: { type: "copy", name, pool, ...source }, ...body };
  await succeeds(target, await send(target, "POST", volumes, { body: full }));
}

/** Copies and moves of volumes, and what their configuration may say. */
export const volumeMoveCases: readonly ContractCase[] = [
  {
    name: "a copy of a volume takes what the body leaves out, may leave the snapshots, and may be brought up to date",
    async run(target) {
      await withPlace(target, { description: "d", config: { "user.a": "1" } }, async (place) => {
        const { volumes, url } = place;
        const snapshots = async (name: string): Promise<unknown> =>
          ((await get(target, `${volumes}/${name}/snapshots`)).metadata as readonly string[]).map((path) =>
            path.split("/").at(-1),
          );
        await succeeds(target, await send(target, "POST", `${url}/snapshots`, { body: { name: "s" } }));
        await copy(place, "all");
        await copy(place, "one", { volume_only: true }, { description: "own", config: { "user.b": "2" } });
        const { object } = await read(target, `${volumes}/one`);
        assert.deepEqual([object["description"], object["config"]], ["own", { "user.b": "2" }]);
        assert.deepEqual([await snapshots("all"), await snapshots("one")], [["s"], []]);
        await copy(place, "from-snapshot", { name: `${place.name}/s` });
        assert.equal((await read(target, `${volumes}/from-snapshot`)).object["description"], "d");
        await succeeds(target, await send(target, "POST", `${url}/snapshots`, { body: { name: "t" } }));
        await copy(place, "all", { refresh: true });
        assert.deepEqual(await snapshots("all"), ["s", "t"]);
        for (const name of ["all", "one", "from-snapshot"])
          assertDone(await send(target, "DELETE", `${volumes}/${name}`));
      });
    },
  },
  {
    name: "copies of volumes that make no sense are refused, at once or in the operation",
    async run(target) {
      await withPlace(target, {}, async ({ volumes, pool, name }) => {
        const make = (to: string, source: object): object => ({
          name: to,
          source: { type: "copy", name, pool, ...source },
        });
        await assertAllRefused(target, [
          ["POST", volumes, make(name, {}), 409, "Volume by that name already exists"],
          ["POST", volumes, make("", {}), 400, "No name provided"],
          ["POST", volumes, make("a/b", {}), 400, "Storage volume names may not contain slashes"],
          ["POST", volumes, make("c", { type: "foo" }), 400, 'Unknown source type "foo"'],
        ]);
        const about = 'Storage volume "nope" in project "default" of type "custom" does not exist on pool';
        const missing = `Failed generating volume copy config: ${about} "${pool}": Storage volume not found`;
        await fails(target, await send(target, "POST", volumes, { body: make("c", { name: "nope" }) }), missing);
        const noPool = await send(target, "POST", volumes, { body: make("c", { pool: "nope" }) });
        await fails(target, noPool, "Storage pool not found");
      });
    },
  },
  {
    name: "a volume moves to another project; a new name in the same pool is no move",
    async run(target) {
      const project = shortName();
      const config = { "features.storage.volumes": "true", "features.images": "false", "features.profiles": "false" };
      await withObject(target, projects, { name: project, config }, async () => {
        await withPlace(target, {}, async ({ volumes, pool, url, name }) => {
          const other = `${volumes}/${name}?project=${project}`;
          assertCreated(await send(target, "POST", url, { body: { name: `${name}x`, pool } }), `${url}x`);
          const told = [
            {
              action: "storage-volume-created",
              source: `${volumes}/${project}_${name}?project=${project}`,
              project,
              context: { type: "custom" },
            },
            { action: "storage-volume-deleted", source: `${volumes}/default_${name}x` },
          ];
          await assertTells(target, told, async () => {
            const move = await succeeds(
              target,
              await send(target, "POST", `${url}x`, { body: { name, pool, project } }),
            );
            assert.equal(move.description, "Moving storage volume");
          });
          assert.equal((await read(target, other)).object["project"], project);
          assertRefused(await get(target, `${url}x`), 404, "Storage pool volume not found");
          const all = (await get(target, `${volumes}?all-projects=true`)).metadata;
          assert.deepEqual(all, [other]);
          const both = "Cannot specify a project when requesting all projects";
          assertRefused(await get(target, `${volumes}?all-projects=true&project=${project}`), 400, both);
          const back = { name, pool, project: "default" };
          await succeeds(target, await send(target, "POST", other, { body: back }));
        });
      });
    },
  },
  {
    name: "LXD looks for the project of custom volumes alone, Incus for that of all but images",
    async run(target) {
      const missing = 'Failed to load project "no-such": Project not found';
      const none = "Storage pool volume not found";
      const at = (type: string): string => `/1.0/storage-pools/default/volumes/${type}/x?project=no-such`;
      const found = { lxd: none, incus: missing };
      await assertAllRefused(target, [
        ["GET", at("custom"), undefined, 404, missing],
        ["GET", at("image"), undefined, 404, none],
        ["GET", at("container"), undefined, 404, found],
        ["GET", at("virtual-machine"), undefined, 404, found],
        ["PUT", at("container"), {}, 404, found],
      ]);
    },
  },
  {
    name: "moves of volumes that make no sense are refused",
    async run(target) {
      await withPlace(target, {}, async ({ volumes, pool, url, name }) => {
        const taken = "Volume by that name already exists";
        const noProject: Refused[4] = {
          lxd: "Storage pool not found",
          incus: 'Failed to load project "no-such": Project not found',
        };
        await assertAllRefused(target, [
          ["POST", url, { name, pool }, 409, taken],
          ["POST", url, { name }, 409, taken],
          ["POST", url, {}, 400, "No name provided"],
          ["POST", url, { name, pool: "no-such" }, 404, "Storage pool not found"],
          ["POST", url, { name, project: "no-such" }, 404, noProject],
          ["POST", `${volumes}/nope`, { name, pool: "default" }, 404, "Storage pool volume not found"],
          [
            ...(["POST", url.replace("custom", "image"), { name: "y" }, 400] as const),
            'Renaming storage volumes of type "image" is not allowed',
          ],
        ]);
      });
    },
  },
  {
    name: "a volume that a running instance uses neither moves nor goes back",
    async run(target) {
      await withPlace(target, {}, async ({ pool, url, name }) => {
        await succeeds(target, await send(target, "POST", `${url}/snapshots`, { body: { name: "s" } }));
        const devices = { data: { type: "disk", pool, source: name, path: "/data" } };
        await withInstance(
          target,
          async (path) => {
            await bringTo(target, path, { action: "start" });
            const shifted = { config: { "security.shifted": "true" } };
            await assertAllRefused(target, [
              ["POST", url, { name, pool: "default" }, 500, "Volume is still in use by running instances"],
              ["PUT", url, { restore: "s" }, 500, "Cannot restore custom volume used by running instances"],
              ["PATCH", url, shifted, 500, "Cannot modify shifting with running instances using the volume"],
            ]);
            await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
            // Incus 6.0.4 does it too, but keeps everybody waiting for half a minute.
            if (target.flavour === "incus") return;
            const there = url.replace(pool, "default");
            await succeeds(target, await send(target, "POST", url, { body: { name, pool: "default" } }));
            assert.equal((await readInstance(target, path)).instance.devices["data"]?.["pool"], "default");
            await succeeds(target, await send(target, "POST", there, { body: { name, pool } }));
          },
          { devices },
        );
      });
    },
  },
  {
    name: "the configuration of a volume goes by what is in it",
    async run(target) {
      await withPlace(target, { content_type: "block", config: { size: "10MiB" } }, async ({ url, volumes, name }) => {
        const patch = (place: string, config: object, text: Refused[4]): Refused => [
          "PATCH",
          place,
          { config },
          500,
          text,
        ];
        const about = `volume "default_${name}" option`;
        const shrunk = "Block volumes cannot be shrunk: Cannot be shrunk";
        await assertAllRefused(target, [
          patch(url, { size: "5MiB" }, shrunk),
          patch(url, { "security.shifted": "true" }, `Invalid option for ${about} "security.shifted"`),
        ]);
        const shared = await send(target, "PATCH", url, { body: { config: { "security.shared": "true" } } });
        if (target.flavour === "incus") assertDone(shared);
        else assertRefused(shared, 500, `Invalid option for ${about} "security.shared"`);
        await withVolume(target, volumes, {}, async (files) => {
          const its = `volume "default_${files.split("/").at(-1)}" option`;
          const form = "Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>";
          const mutually = "security.unmapped and security.shifted are mutually exclusive";
          await assertAllRefused(target, [
            patch(
              files,
              { "snapshots.expiry": "x" },
              `Invalid value for ${its} "snapshots.expiry": Invalid expiry expression`,
            ),
            patch(files, { "snapshots.schedule": "@foo" }, `Invalid value for ${its} "snapshots.schedule": ${form}`),
            patch(files, { "security.shared": "true" }, `Invalid option for ${its} "security.shared"`),
            patch(files, { "volatile.foo": "1" }, `Invalid option for ${its} "volatile.foo"`),
            patch(files, { "block.filesystem": "ext4" }, `Invalid option for ${its} "block.filesystem"`),
            patch(files, { "security.shifted": "true", "security.unmapped": "true" }, mutually),
          ]);
          const owner = await send(target, "PATCH", files, { body: { config: { "initial.uid": "5" } } });
          if (target.flavour === "incus") assertDone(owner);
          else assertRefused(owner, 500, `Invalid option for ${its} "initial.uid"`);
        });
      });
    },
  },
  {
    name: "snapshots.expiry says how long the snapshots of a volume stay; Incus heeds snapshots.pattern too",
    async run(target) {
      const config = { "snapshots.expiry": "10y", "snapshots.pattern": "sn-%d" };
      await withPlace(target, { config }, async ({ url }) => {
        await succeeds(target, await send(target, "POST", `${url}/snapshots`, { body: {} }));
        const name = of(target, { lxd: "snap0", incus: "sn-0" });
        const { object } = await read(target, `${url}/snapshots/${name}`);
        const years = new Date(String(object["expires_at"])).getUTCFullYear() - new Date().getUTCFullYear();
        assert.ok(years >= 9 && years <= 11, JSON.stringify(object));
        await assertAllRefused(target, [
          ["POST", `${url}/snapshots`, { name: "a b" }, 400, "Storage name cannot contain white space"],
          ["POST", `${url}/snapshots/${name}`, { name: "" }, 400, "No name provided"],
        ]);
        const missing = await send(target, "POST", `${url}/snapshots/nope`, { body: { name: "x" } });
        await fails(target, missing, /\/nope" in project "default" of type "custom" does not exist on pool /);
        const taken = await send(target, "POST", `${url}/snapshots/${name}`, { body: { name } });
        await fails(target, taken, /: file exists$/);
      });
    },
  },
];
