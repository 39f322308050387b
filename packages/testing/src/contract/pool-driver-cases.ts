import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { assertAllRefused, of, read, type Refused, shortName, withObject } from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const pools = "/1.0/storage-pools";

/** Drivers other than that of folders, and buckets, for which servers want more than there is on these machines. */
export const poolDriverCases: readonly ContractCase[] = [
  {
    name: "a pool of btrfs is a file of a size",
    isAlone: true,
    async run(target) {
      const name = shortName();
      const make = (config: object, text: string | RegExp): Refused => [
        "POST",
        pools,
        { name, driver: "btrfs", config },
        500,
        text,
      ];
      await assertAllRefused(target, [
        make({ size: "1MiB" }, /is too small to make a usable filesystem\n/),
        make({ size: "x" }, 'Invalid value for option "size": Invalid value: x'),
        make({ source: "/tmp" }, /^Provided path does not reside on a btrfs filesystem/),
        make({ bad: "1" }, 'Invalid option "bad"'),
      ]);
      const fresh = shortName();
      await withObject(target, pools, { name: fresh, driver: "btrfs", config: { size: "200MiB" } }, async (url) => {
        const { object } = await read(target, url);
        const { source, ...rest } = object["config"] as Record<string, string>;
        assert.deepEqual([object["driver"], rest], ["btrfs", { size: "200MiB" }]);
        assert.match(source ?? "", new RegExp(`/disks/${fresh}\\.img$`));
      });
    },
  },
  {
    name: "pools of drivers whose tools are missing are refused",
    async run(target) {
      const name = shortName();
      const make = (driver: string, text: Refused[4]): Refused => ["POST", pools, { name, driver }, 500, text];
      const lvm = 'Required tool "lvm" is missing';
      await assertAllRefused(target, [
        make("lvm", lvm),
        make("lvmcluster", { lxd: "Unknown driver", incus: lvm }),
        make("ceph", "Required tool 'ceph' is missing"),
        make("cephfs", "Required tool 'ceph' is missing"),
        make("cephobject", 'Required tool "radosgw-admin" is missing'),
        make("zfs", /zfs|zpool/),
        make("DIR", "Unknown driver"),
        ["POST", pools, { name: "a b", driver: "dir" }, 500, "Storage name cannot contain white space"],
      ]);
    },
  },
  {
    name: "a pool may say what its volumes shall be",
    async run(target) {
      const name = shortName();
      const make = (key: string, text: string, value = "x"): Refused => [
        "POST",
        pools,
        { name, driver: "dir", config: { [key]: value } },
        500,
        text,
      ];
      const boolean = 'Invalid value for a boolean "x"';
      await assertAllRefused(target, [
        make("volume.size", 'Invalid value for option "volume.size": Invalid value: x'),
        make("volume.foo", 'Invalid option "volume.foo"'),
        make("volume.security.shifted", `Invalid value for option "volume.security.shifted": ${boolean}`),
        make("volume.block.filesystem", 'Invalid option "volume.block.filesystem"'),
        make("volatile.foo", 'Invalid option "volatile.foo"'),
        make("rsync.compression", `Invalid value for option "rsync.compression": ${boolean}`),
        make("source", "Source path '/etc' isn't empty", "/etc"),
      ]);
      await withObject(target, pools, { name, driver: "dir", config: { "volume.size": "1GiB" } }, async (url) => {
        const wipe = await send(target, "PATCH", url, { body: { config: { "source.wipe": "x" } } });
        const text = of(target, {
          lxd: 'Invalid option "source.wipe"',
          incus: `Invalid value for option "source.wipe": ${boolean}`,
        });
        assertRefused(wipe, 400, text);
      });
    },
  },
  {
    name: "LXD 5.0 has no buckets, and Incus makes none without MinIO",
    async run(target) {
      const buckets = `${pools}/default/buckets`;
      if (target.flavour === "lxd") return assertRefused(await get(target, buckets), 404, "not found");
      assert.deepEqual((await get(target, buckets)).metadata, []);
      const text = (why: string): string => `Failed creating storage bucket: ${why}`;
      const name = shortName();
      const letters = "lowercase letters, numbers, periods or hyphens and must start with a letter or number";
      const missing = "Storage bucket not found";
      const x = `${buckets}/no-such`;
      await assertAllRefused(target, [
        ["POST", buckets, { name }, 500, text("Failed connecting to bucket: Couldn't find the MinIO client tool")],
        ["POST", buckets, { name: "B_K" }, 500, text(`Bucket name must be between 3 and 63 ${letters}`)],
        [
          "POST",
          buckets,
          { name, config: { bad: "1" } },
          500,
          text(`Invalid option for volume "default_${name}" option "bad"`),
        ],
        ["GET", x, undefined, 404, missing],
        ["PUT", x, {}, 404, `Failed updating storage bucket: ${missing}`],
        ["PATCH", x, {}, 404, missing],
        ["DELETE", x, undefined, 404, `Failed deleting storage bucket: ${missing}`],
        ["GET", `${x}/keys`, undefined, 404, `Failed loading storage bucket: ${missing}`],
        ["POST", `${x}/keys`, {}, 404, `Failed creating storage bucket key: ${missing}`],
        ["GET", `${x}/keys/k`, undefined, 404, missing],
        ["PUT", `${x}/keys/k`, {}, 404, `Failed updating storage bucket key: ${missing}`],
        ["DELETE", `${x}/keys/k`, undefined, 404, `Failed deleting storage bucket key: ${missing}`],
        ["GET", `${x}/backups`, undefined, 404, missing],
        ["POST", `${x}/backups`, {}, 404, missing],
        ["GET", `${x}/backups/b`, undefined, 404, "Storage bucket backup not found"],
        ["POST", `${x}/backups/b`, { name: "c" }, 404, "Storage bucket backup not found"],
        ["DELETE", `${x}/backups/b`, undefined, 404, "Storage bucket backup not found"],
        ["GET", `${x}/backups/b/export`, undefined, 404, missing],
        ["GET", `${pools}/no-such/buckets`, undefined, 404, "Failed loading storage pool: Storage pool not found"],
        ["GET", `${buckets}?project=no-such`, undefined, 404, 'Failed to load project "no-such": Project not found'],
      ]);
    },
  },
];
