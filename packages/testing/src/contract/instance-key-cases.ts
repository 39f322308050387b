import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { fromImage, post, readInstance, uniqueName, withInstance } from "./own-instance.ts";
import { assertDone, of, shortName, withObject } from "./own-object.ts";
import { assertRefused, fails, send } from "./raw-http.ts";

/** A key with a value that is refused, and the reason; one, or that of each family. */
type Refused = readonly [key: string, value: string, lxd: string, incus?: string];

const unknown = (key: string): string => `Unknown configuration key: ${key}`;
const uint32 = (value: string, reason = "invalid syntax"): string =>
  `Invalid value for uint32 "${value}": strconv.ParseUint: parsing "${value}": ${reason}`;
const form = "Schedule must be of the form: <minute> <hour> <day-of-month> <month> <day-of-week>";
const notYaml = "yaml: unmarshal errors:\n  line 1: cannot unmarshal";
const allowance = "limits.cpu.allowance";

const refused: readonly Refused[] = [
  ["nope", "1", unknown("nope")],
  ["nope", "", unknown("nope")],
  ["limits.foo", "1", unknown("limits.foo")],
  ["security.devlxd", "x", 'Invalid value for a boolean "x"', unknown("security.devlxd")],
  ["security.guestapi", "x", unknown("security.guestapi"), 'Invalid value for a boolean "x"'],
  ["boot.autostart", "maybe", 'Invalid value for a boolean "maybe"'],
  ["boot.autostart.delay", "1.5", 'Invalid value for an integer "1.5"'],
  ["boot.stop.priority", "9".repeat(20), `Invalid value for an integer "${"9".repeat(20)}"`],
  ["security.idmap.size", "-1", uint32("-1")],
  ["security.idmap.size", "4294967296", uint32("4294967296", "value out of range")],
  ["limits.cpu", "x", "Invalid CPU limit syntax"],
  [allowance, "50", "Invalid allowance: 50"],
  [allowance, "5.5%", 'strconv.Atoi: parsing "5.5": invalid syntax'],
  ["limits.cpu.priority", "11", 'Invalid value for a limit "11". Must be between 0 and 10'],
  ["limits.memory", "0", "Memory limit can't be 0"],
  ["limits.memory", "1XB", "Invalid value: 1XB"],
  ["limits.memory.enforce", "x", 'Invalid value "x" (not one of [soft hard])'],
  ["limits.memory.swap", "x", 'Invalid value for a boolean "x"', `"x" isn't a valid value`],
  ["environment.A", "a\nb", "Environment variables cannot contain line breaks"],
  ["cloud-init.network-config", "x", `${notYaml} !!str \`x\` into struct {}`],
  ["cloud-init.network-config", "- a", `${notYaml} !!seq into struct {}`],
  ["raw.lxc", "x", "Invalid raw.lxc line: x"],
  ["raw.lxc", "lxc.log.file=/x", "Setting lxc.logfile is not allowed"],
  ["raw.lxc", "lxc.net.0.type=veth", "Only interface-specific ipv4/ipv6 lxc.net. keys are allowed"],
  ["snapshots.expiry", "1", "Invalid expiry expression"],
  ["snapshots.schedule", "* * * *", form],
  ["snapshots.schedule", "61 * * * *", "Error parsing schedule: end of range (61) above maximum (59): 61"],
  ["volatile.x", "1", "Volatile keys can only be set on instances"],
  ["image.os", "x", "Image keys can only be set on instances"],
];

/** What the configuration of instances and profiles may hold. */
export const instanceKeyCases: readonly ContractCase[] = [
  {
    name: "a profile takes no key that is unknown, and no value that makes no sense",
    async run(target) {
      await withObject(target, "/1.0/profiles", { name: shortName() }, async (url) => {
        for (const [key, value, lxd, incus = lxd] of refused) {
          const body = { config: { [key]: value } };
          assertRefused(await send(target, "PUT", url, { body }), 500, of(target, { lxd, incus }));
        }
        const config = {
          "limits.cpu": "0-1,3",
          "limits.cpu.allowance": "10ms/100ms",
          "limits.memory": "50%",
          "raw.lxc": "# comment\nlxc.net.0.ipv4.address = 10.0.0.1/24\n",
          "raw.qemu": "x",
          "snapshots.schedule": "@daily, @hourly",
          "cloud-init.network-config": "version: 2",
        };
        assertDone(await send(target, "PUT", url, { body: { config } }));
      });
    },
  },
  {
    name: "keys that exclude each other are refused together",
    async run(target) {
      await withObject(target, "/1.0/profiles", { name: shortName() }, async (url) => {
        const syscalls = "security.syscalls";
        const together: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
          [
            { [`${syscalls}.allow`]: "a", [`${syscalls}.deny_compat`]: "true" },
            `${syscalls}.allow is mutually exclusive with ${syscalls}.deny*`,
          ],
          [{ "raw.seccomp": "x", [`${syscalls}.deny`]: "b" }, `raw.seccomp is mutually exclusive with ${syscalls}*`],
          [
            { "nvidia.runtime": "true", "security.privileged": "true" },
            "nvidia.runtime is incompatible with privileged containers",
          ],
        ];
        for (const [config, text] of together) {
          assertRefused(await send(target, "PUT", url, { body: { config } }), 500, text);
        }
      });
    },
  },
  {
    name: "a container takes no keys of virtual machines, and only the volatile keys that servers write",
    async run(target) {
      await withInstance(target, async (path) => {
        const patch = (config: Readonly<Record<string, string>>) => send(target, "PATCH", path, { body: { config } });
        for (const key of [
          "security.secureboot",
          "raw.qemu",
          "limits.memory.hugepages",
          "volatile.x",
          "volatile.eth0.x",
        ]) {
          assertRefused(await patch({ [key]: "true" }), 500, `Invalid config: ${unknown(key)}`);
        }
        assertRefused(await patch({ "volatile.uuid": "x" }), 500, "Invalid config: Invalid UUID");
        assertDone(await patch({ "volatile.evacuate.origin": "x", "image.foo": "bar", "volatile.eth7.hwaddr": "y" }));
        const { config } = (await readInstance(target, path)).instance;
        assert.deepEqual([config["image.foo"], config["volatile.eth7.hwaddr"]], ["bar", "y"]);
      });
      const name = uniqueName();
      const body = { ...fromImage(target, name), config: { "security.secureboot": "true" } };
      const text = `Failed creating instance record: ${unknown("security.secureboot")}`;
      await fails(target, await post(target, body), text);
    },
  },
  {
    name: "what LXC does not understand keeps an instance from changing",
    async run(target) {
      await withInstance(target, async (path) => {
        const patch = (config: Readonly<Record<string, string>>) => send(target, "PATCH", path, { body: { config } });
        const idmap = of(target, { lxd: 'line "x"', incus: "line: x" });
        assertRefused(await patch({ "raw.idmap": "x" }), 500, `Failed to get ID map: Invalid ID map ${idmap}`);
        const limit = "Initialize LXC: Failed to set LXC config: lxc.prlimit.nofile=x";
        assertRefused(await patch({ "limits.kernel.nofile": "x" }), 500, limit);
        assertRefused(await patch({ "volatile.idmap.next": "" }), 500, "Initialize LXC: unexpected end of JSON input");
        const file = /^Failed to load config file ".*": loading config file for the container failed$/;
        assertRefused(await patch({ "raw.lxc": "lxc.x=1" }), 500, file);
        assertDone(await patch({ "limits.kernel.nofile": "10:20", "raw.idmap": "both 1000 1000" }));
      });
    },
  },
];
