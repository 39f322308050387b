import assert from "node:assert/strict";
import type { Instance } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { bringTo, fromImage, post, readInstance, readState, uniqueName, withInstance } from "./own-instance.ts";
import { assertDone, of, shortName, withObject } from "./own-object.ts";
import { assertRefused, assertSync, eventually, fails, get, send, succeeds } from "./raw-http.ts";

type Device = Readonly<Record<string, string>>;
type Devices = Readonly<Record<string, Device>>;

/** The device `d` with what a server says of it; one text, or that of each family. */
type Refused = readonly [device: Device, lxd: string, incus?: string];

const option = (name: string, reason: string): string => `Invalid value for device option "${name}": ${reason}`;
const hex = "Invalid value, must be four lower case hex characters";
const tcp = { type: "proxy", listen: "tcp:127.0.0.1:80", connect: "tcp:127.0.0.1:80" };
const p2p = { type: "nic", nictype: "p2p" };
const bind = { type: "disk", path: "/mnt", source: "/tmp" };

/** Devices that no profile takes, each with one thing that is wrong. */
const refused: readonly Refused[] = [
  [{}, 'Failed loading device "d": Missing device type in config'],
  [{ type: "foo" }, 'Failed loading device "d": Unsupported device type'],
  [{ type: "none", a: "b" }, 'Invalid device option "a"'],
  [{ type: "nic" }, 'Failed loading device "d": Unsupported device type'],
  [{ type: "nic", nictype: "bridged" }, option("parent", "Required value")],
  [{ ...p2p, parent: "x0" }, 'Invalid device option "parent"'],
  [{ ...p2p, name: "a" }, option("name", "Network interface is too short (minimum 2 characters)")],
  [{ ...p2p, hwaddr: "x" }, option("hwaddr", "Invalid MAC address, must be 6 bytes of hex separated by colons")],
  [{ ...p2p, mtu: "1" }, option("mtu", 'Out of MTU range (1280-16384) "1"')],
  [{ ...p2p, "ipv4.routes": "x" }, option("ipv4.routes", 'Item "x": invalid CIDR address: x')],
  [
    { ...p2p, "queue.tx.length": "x" },
    'Invalid device option "queue.tx.length"',
    option("queue.tx.length", uint32("x")),
  ],
  [{ type: "disk" }, 'Disk entry is missing the required "source" or "path" property'],
  [{ type: "disk", path: "/" }, 'Root disk entry must have a "pool" property set'],
  [{ type: "disk", path: "/", source: "/x" }, 'Root disk entry may not have a "source" property set'],
  [{ ...bind, size: "1GB" }, "Only the root disk may have a size quota"],
  [{ ...bind, size: "x" }, option("size", "Invalid value: x")],
  [{ ...bind, source: "tmp" }, "Source path must be absolute for local sources"],
  [{ ...bind, pool: "default" }, "Storage volumes cannot be specified as absolute paths"],
  [{ ...bind, readonly: "x" }, option("readonly", 'Invalid value for a boolean "x"')],
  [
    { ...bind, "io.cache": "x" },
    'Invalid device option "io.cache"',
    option("io.cache", 'Invalid value "x" (not one of [none metadata writeback unsafe])'),
  ],
  [{ type: "unix-char" }, 'Unix device entry is missing the required "source" or "path" property'],
  [{ type: "unix-block", source: "/tmp" }, option("source", "Path needs to be in /dev")],
  [{ type: "unix-char", path: "/dev/x", mode: "9" }, option("mode", "Invalid value for an octal file mode")],
  [{ type: "unix-hotplug" }, "Unix hotplug devices require a vendorid or a productid"],
  [{ type: "usb", vendorid: "xyz" }, option("vendorid", hex)],
  [{ type: "usb", uid: "-1" }, option("uid", "Invalid value for a UNIX ID")],
  [{ type: "gpu", gputype: "mdev" }, option("mdev", "Required value")],
  [{ type: "gpu", gputype: "mig" }, 'Either "mig.uuid" or both "mig.gi" and "mig.ci" must be set'],
  [{ type: "infiniband", nictype: "physical" }, option("parent", "Required value")],
  [{ type: "pci" }, `Failed to validate config: ${option("address", "Invalid PCI address")}`],
  [{ type: "tpm", foo: "x" }, 'Failed to validate config: Invalid device option "foo"'],
  [{ ...tcp, listen: "foo:1" }, option("listen", 'Unknown protocol type "foo"')],
  [{ ...tcp, listen: "tcp:127.0.0.1" }, option("listen", "address 127.0.0.1: missing port in address")],
  [{ ...tcp, connect: "tcp:127.0.0.1:80-81" }, "Mismatch between listen port(s) and connect port(s) count"],
  [{ ...tcp, nat: "true", bind: "instance" }, "Only host-bound proxies can use NAT"],
  [{ ...tcp, mode: "0644" }, "Only proxy devices for non-abstract unix sockets can carry uid, gid, or mode properties"],
];

function uint32(value: string): string {
  return `Invalid value for uint32 "${value}": strconv.ParseUint: parsing "${value}": invalid syntax`;
}

/** Changes all devices of an instance by a `PUT`, which is an operation. */
async function putDevices(target: ContractTarget, path: string, devices: Devices): ReturnType<typeof send> {
  const { config, profiles } = (await get(target, path)).metadata as Instance;
  return send(target, "PUT", path, { body: { config, profiles, devices } });
}

/** What devices may be, and what a running instance does with them. */
export const deviceCases: readonly ContractCase[] = [
  {
    name: "a profile takes no device that is wrong",
    async run(target) {
      await withObject(target, "/1.0/profiles", { name: shortName() }, async (url) => {
        for (const [device, lxd, incus = lxd] of refused) {
          const text = `Device validation failed for "d": ${of(target, { lxd, incus })}`;
          assertRefused(await send(target, "PUT", url, { body: { devices: { d: device } } }), 500, text);
        }
        const other = { devices: { ["x".repeat(65)]: { type: "none" } } };
        const tooLong = "The maximum device name length is 64 characters";
        assertRefused(await send(target, "PUT", url, { body: other }), 500, tooLong);
      });
    },
  },
  {
    name: "a new instance fails in its operation for devices that are wrong or name what is not there",
    async run(target) {
      const verb = of(target, { lxd: "initialising", incus: "initializing" });
      const prefix = `Failed creating instance record: Failed ${verb} instance: `;
      const failing: readonly (readonly [Devices, string])[] = [
        [
          { d: { type: "none", a: "b" } },
          'Invalid devices: Device validation failed for "d": Invalid device option "a"',
        ],
        [
          { root: { type: "none" } },
          "Invalid devices: Failed detecting root disk device: No root device could be found",
        ],
        [
          { d: { type: "disk", path: "/", pool: "default" } },
          "Invalid devices: Failed detecting root disk device: More than one root device found",
        ],
        [{ root: { type: "disk", path: "/", pool: "no-such" } }, "Failed loading storage pool: Storage pool not found"],
        [
          { d: { ...bind, source: "/no/such" } },
          'Failed add validation for device "d": Missing source path "/no/such" for disk "d"',
        ],
        [
          { d: { ...bind, source: "no-such", pool: "default" } },
          'Failed add validation for device "d": Failed loading custom volume: Storage volume not found',
        ],
        [
          { d: { type: "pci", address: "0000:00:00.0" } },
          'Invalid devices: Device validation failed for "d": Unsupported device type',
        ],
      ];
      for (const [devices, text] of failing) {
        const name = uniqueName();
        await fails(target, await post(target, { ...fromImage(target, name), devices }), prefix + text);
        assert.equal((await get(target, `/1.0/instances/${name}`)).status, 404);
      }
    },
  },
  {
    name: "a change of devices says what is wrong, and leaves the instance alone",
    async run(target) {
      await withInstance(target, async (path) => {
        const before = await readInstance(target, path);
        const failing: readonly (readonly [Devices, string | RegExp])[] = [
          [
            { d: {} },
            'Invalid devices: Device validation failed for "d": Failed loading device "d": Missing device type in config',
          ],
          [
            { root: { type: "none" } },
            "Invalid expanded devices: Failed detecting root disk device: No root device could be found",
          ],
          [
            { root: { type: "disk", path: "/", pool: "no-such" } },
            'Cannot update root disk device pool name to "no-such"',
          ],
          [
            { d: { ...p2p, name: "eth0" } },
            `Invalid expanded devices: Device validation failed for "d": ${option("name", 'Duplicate NIC name detected "eth0"')}`,
          ],
          [
            { d: bind, e: { ...bind } },
            /^Invalid devices: Device validation failed for "[de]": More than one disk device uses the same path "\/mnt"$/,
          ],
        ];
        for (const [devices, text] of failing) await fails(target, await putDevices(target, path, devices), text);
        assert.deepEqual((await readInstance(target, path)).instance, before.instance);
      });
    },
  },
  {
    name: "an interface without a name and an address of its own gets both, and loses them with the device",
    async run(target) {
      await withInstance(target, async (path) => {
        await succeeds(target, await putDevices(target, path, { d: p2p }));
        const { config } = (await readInstance(target, path)).instance;
        assert.equal(config["volatile.d.name"], "eth1");
        assert.match(config["volatile.d.hwaddr"] ?? "", /^(?:00:16:3e|10:66:6a)(:[0-9a-f]{2}){3}$/);
        const own = { ...p2p, name: "foo0", hwaddr: "00:16:3e:00:11:22" };
        await succeeds(target, await putDevices(target, path, { d: own }));
        const named = (await readInstance(target, path)).instance.config;
        assert.deepEqual([named["volatile.d.name"], named["volatile.d.hwaddr"]], [undefined, undefined]);
        await succeeds(target, await putDevices(target, path, { d: p2p }));
        await succeeds(target, await putDevices(target, path, {}));
        const left = Object.keys((await readInstance(target, path)).instance.config);
        assert.deepEqual(
          left.filter((key) => key.startsWith("volatile.d.")),
          [],
        );
      });
    },
  },
  {
    name: "a running instance gets and loses interfaces at once",
    async run(target) {
      await withInstance(target, async (path) => {
        await bringTo(target, path, { action: "start" });
        await succeeds(target, await putDevices(target, path, { d: { ...p2p, name: "foo0" } }));
        const { config } = (await readInstance(target, path)).instance;
        assert.match(config["volatile.d.host_name"] ?? "", /^veth[0-9a-f]{8}$/);
        // For a moment Incus does not know the name of the other end.
        const foo0 = await eventually("the new interface has its other end", async () => {
          const found = (await readState(target, path)).network?.["foo0"];
          return found?.host_name === "" ? undefined : found;
        });
        assert.equal(foo0.hwaddr, config["volatile.d.hwaddr"]);
        assert.equal(foo0.host_name, config["volatile.d.host_name"]);
        await succeeds(target, await putDevices(target, path, {}));
        assert.deepEqual(Object.keys((await readState(target, path)).network ?? {}).sort(), ["eth0", "lo"]);
        assert.equal((await readInstance(target, path)).instance.config["volatile.d.host_name"], undefined);
        const missing = { d: { type: "unix-char", path: "/dev/no-such" } };
        const text = "The required device path doesn't exist and the major and minor settings are not specified";
        await fails(target, await putDevices(target, path, missing), `Failed to start device "d": ${text}`);
        const usb = { d: { type: "usb", vendorid: "1234", required: "true" } };
        await fails(
          target,
          await putDevices(target, path, usb),
          'Failed to start device "d": Required USB device not found',
        );
      });
    },
  },
  {
    name: "two instances cannot run with one MAC address, and the name of one may be on a network once",
    async run(target) {
      const hwaddr = `00:16:3e:${uniqueName()
        .slice(-6)
        .replace(/(..)(..)(..)/, "$1:$2:$3")}`;
      const { devices: given } = (await get(target, "/1.0/profiles/default")).metadata as { readonly devices: Devices };
      const network = given["eth0"]?.["network"] ?? "";
      const devices = { eth0: { type: "nic", network, name: "eth0", hwaddr } };
      await withInstance(
        target,
        async (path) => {
          await withInstance(
            target,
            async (other) => {
              const taken = `MAC address "${hwaddr}" already defined on another NIC`;
              const start = await send(target, "PUT", `${other}/state`, { body: { action: "start" } });
              await fails(target, start, `Failed start validation for device "eth0": ${taken}`);
            },
            { devices },
          );
          await fails(
            target,
            await putDevices(target, path, { ...devices, n1: { type: "nic", network, name: "eth1" } }),
            /^Failed add validation for device "n1": Instance DNS name "contract-[0-9a-f]+" (?:already used on network|conflict between "n1" and "eth0" because both are connected to same network)$/,
          );
        },
        { devices },
      );
    },
  },
  {
    name: "a change of a profile that its instances cannot follow is kept, and the answer names them",
    async run(target) {
      await withObject(target, "/1.0/profiles", { name: shortName() }, async (url) => {
        const profile = url.split("/").at(-1) ?? "";
        await withInstance(
          target,
          async (path, name) => {
            const devices = { zz: { ...p2p, name: "foo0" } };
            assertDone(await send(target, "PUT", url, { body: { devices } }));
            assert.ok((await readInstance(target, path)).instance.config["volatile.zz.hwaddr"]);
            const twice = { devices: { zz: { ...p2p, name: "eth0" } } };
            const answer = await send(target, "PUT", url, { body: twice });
            const text =
              /^The following instances failed to update \(profile change still saved\):\n - Project: default, Instance: (.*): Invalid expanded devices: Device validation failed for "(?:zz|eth0)": Invalid value for device option "name": Duplicate NIC name detected "eth0"\n$/;
            assertRefused(answer, 500, text);
            assert.match(answer.text, new RegExp(`Instance: ${name}:`));
            const kept = await get(target, url);
            assertSync(kept);
            assert.deepEqual((kept.metadata as { readonly devices: Devices }).devices, {
              zz: { name: "eth0", nictype: "p2p", type: "nic" },
            });
          },
          { profiles: ["default", profile] },
        );
      });
    },
  },
];
