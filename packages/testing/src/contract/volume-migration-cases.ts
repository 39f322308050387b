import assert from "node:assert/strict";
import type { Operation } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { assertAllRefused, assertDone, type Fields, of, read, type Refused, shortName } from "./own-object.ts";
import { type Answer, fails, get, operationEnd, send, succeeds } from "./raw-http.ts";
import { withVolume, withVolumes } from "./volume-cases.ts";

/** How others reach an operation that waits for websockets. */
async function sideOf(target: ContractTarget, waiting: Answer): Promise<Fields> {
  assert.equal(waiting.status, 202, waiting.text);
  const { id, metadata } = waiting.metadata as Operation;
  const { object } = await read(target, "/1.0");
  const { certificate } = object["environment"] as { readonly certificate: string };
  return { operation: `${target.httpsUrl ?? ""}/1.0/operations/${id}`, certificate, secrets: metadata };
}

function migration(target: ContractTarget, volumes: string, name: string, source: object, body = {}): Promise<Answer> {
  return send(target, "POST", volumes, { body: { name, ...body, source: { type: "migration", ...source } } });
}

/** Volumes that go from one server to another; here both are the same. */
export const volumeMigrationCases: readonly ContractCase[] = [
  {
    name: "a volume and its snapshots are pulled from a server that waits for it",
    needs: "httpsUrl",
    async run(target) {
      await withVolumes(target, async (volumes, pool) => {
        await withVolume(target, volumes, { config: { "user.a": "1" } }, async (url) => {
          await succeeds(target, await send(target, "POST", `${url}/snapshots`, { body: { name: "s" } }));
          const [pn, vn] = [pool.split("/").at(-1) ?? "", url.split("/").at(-1) ?? ""];
          for (const [isAlone, snapshots] of [
            [false, ["s"]],
            [true, []],
          ] as const) {
            const name = shortName();
            const wanted = { name: vn, migration: true, volume_only: isAlone };
            const waiting = await send(target, "POST", url, { body: wanted });
            const { class: kind, description, resources } = waiting.metadata as Operation;
            const own = of(target, { lxd: `/1.0/storage_volumes/${pn}/volumes/custom/${vn}`, incus: url });
            const about = ["websocket", "Migrating storage volume", { storage_volumes: [own] }];
            assert.deepEqual([kind, description, resources], about);
            const source = { mode: "pull", volume_only: isAlone, ...(await sideOf(target, waiting)) };
            const made = await succeeds(target, await migration(target, volumes, name, source));
            assert.equal(made.description, "Copying storage volume");
            assert.equal((await operationEnd(target, waiting)).status, "Success");
            const copy = `${volumes}/${name}`;
            const urls = snapshots.map((snapshot) => `${copy}/snapshots/${snapshot}`);
            assert.deepEqual((await get(target, `${copy}/snapshots`)).metadata, urls);
            // What the client does not tell is not known.
            assert.deepEqual((await read(target, copy)).object["config"], {});
            assertDone(await send(target, "DELETE", copy));
          }
        });
      });
    },
  },
  {
    name: "a volume is pushed to a server that waits for it",
    needs: "httpsUrl",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, {}, async (url) => {
          const name = shortName();
          const body = { config: { "user.b": "2" }, description: "d" };
          const waiting = await migration(target, volumes, name, { mode: "push" }, body);
          const { class: kind, description } = waiting.metadata as Operation;
          assert.deepEqual([kind, description], ["websocket", "Creating storage volume"]);
          const push = { name, migration: true, target: await sideOf(target, waiting) };
          const sent = await succeeds(target, await send(target, "POST", url, { body: push }));
          assert.deepEqual([sent.class, sent.description], ["task", "Migrating storage volume"]);
          assert.equal((await operationEnd(target, waiting)).status, "Success");
          const { object } = await read(target, `${volumes}/${name}`);
          assert.deepEqual([object["config"], object["description"]], [body.config, "d"]);
          assertDone(await send(target, "DELETE", `${volumes}/${name}`));
        });
      });
    },
  },
  {
    name: "migrations of volumes that make no sense are refused, or fail for want of the other side",
    async run(target) {
      await withVolumes(target, async (volumes) => {
        await withVolume(target, volumes, {}, async (url) => {
          const name = shortName();
          const make = (source: object, status: number, text: Refused[4]): Refused => [
            "POST",
            volumes,
            { name, source: { type: "migration", ...source } },
            status,
            text,
          ];
          const operation = "https://127.0.0.1:1/1.0/operations/3d00599d-a114-4056-86e9-bf1fb335a09d";
          const side = { mode: "pull", operation, secrets: { control: "a", fs: "b" } };
          await assertAllRefused(target, [
            make({}, 501, "Mode '' not implemented"),
            make({ mode: "foo" }, 501, "Mode 'foo' not implemented"),
            make({ mode: "pull" }, 500, {
              lxd: "Missing control secret",
              incus: 'Expected "control" connection secret missing from migration sink target request',
            }),
            make({ ...side, certificate: "bad" }, 500, "Invalid certificate"),
            ["POST", `${volumes}/nope`, { name, migration: true }, 404, "Storage pool volume not found"],
          ]);
          const refused = "Unable to connect to: 127.0.0.1:1 ([dial tcp 127.0.0.1:1: connect: connection refused])";
          const before = of(target, {
            lxd: "",
            incus: 'Failed waiting for migration "control" connection on target: ',
          });
          const alone = await migration(target, volumes, name, side);
          await fails(target, alone, `Error transferring storage volume: ${before}${refused}`);
          const empty = await send(target, "POST", url, { body: { name, migration: true, target: { operation } } });
          if (target.flavour === "lxd") await fails(target, empty, "Empty websocket connection");
          else assert.match(empty.error, /^Expected "control" connection secret missing /);
        });
      });
    },
  },
];
