import assert from "node:assert/strict";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { assertDone, type Fields, of, shortName, withObject } from "./own-object.ts";
import { type Answer, assertRefused, eventually, get, operationEnd, send, succeeds } from "./raw-http.ts";

const root = { type: "disk", path: "/", pool: "default" };

/** A project of the case's own that shares the images and networks of the default one. */
interface OwnProject {
  readonly name: string;
  readonly url: string;
  /** Its features, which each change has to repeat. */
  readonly features: Readonly<Record<string, string>>;
  /** Asks for an instance. */
  make(name: string, extra?: Fields): Promise<Answer>;
  /** Makes an instance. */
  add(name: string, extra?: Fields): Promise<void>;
  /** Changes the configuration, all of it. */
  set(config: Readonly<Record<string, string>>): Promise<Answer>;
}

async function withProject(
  target: ContractTarget,
  config: Readonly<Record<string, string>>,
  use: (project: OwnProject) => Promise<void>,
): Promise<void> {
  const name = shortName();
  const features = {
    "features.images": "false",
    "features.networks": "false",
    "features.profiles": "true",
    ...(target.flavour === "incus" ? { "features.storage.buckets": "true" } : {}),
    "features.storage.volumes": "true",
  };
  await withObject(target, "/1.0/projects", { name, config: { ...features, ...config } }, async (url) => {
    const made: string[] = [];
    const make = (instance: string, { devices, ...extra }: Fields = {}): Promise<Answer> =>
      send(target, "POST", `/1.0/instances?project=${name}`, {
        body: {
          name: instance,
          source: { type: "image", alias: target.imageAlias },
          profiles: [],
          devices: { root, ...(devices as object | undefined) },
          ...extra,
        },
      });
    try {
      await use({
        name,
        url,
        features,
        make,
        async add(instance, extra) {
          made.push(instance);
          await succeeds(target, await make(instance, extra));
        },
        set: (wanted) => send(target, "PATCH", url, { body: { config: { ...features, ...wanted } } }),
      });
    } finally {
      for (const instance of made) await removeFrom(target, `/1.0/instances/${instance}?project=${name}`);
    }
  });
}

async function removeFrom(target: ContractTarget, path: string): Promise<void> {
  await eventually(`${path} is gone`, async () => {
    const removal = await send(target, "DELETE", path);
    if (removal.status === 202) await operationEnd(target, removal);
    return removal.status === 404 ? true : undefined;
  });
}

/** The limits and the restrictions of projects. */
export const projectRuleCases: readonly ContractCase[] = [
  {
    name: "a project limits how many instances it has, and its limit cannot go below",
    async run(target) {
      await withProject(target, { "limits.instances": "1" }, async ({ name, make, add, set }) => {
        await add("a");
        assertRefused(await make("b"), 500, `Reached maximum number of instances in project "${name}"`);
        const low = `"limits.instances" is too low: there currently are 1 total instances in project "${name}"`;
        assertRefused(
          await set({ "limits.instances": "0" }),
          500,
          `Can't change limits.instances in project "${name}": ${low}`,
        );
        const ofType = `"limits.containers" is too low: there currently are 1 instances of type container in project "${name}"`;
        assertRefused(
          await set({ "limits.containers": "0" }),
          500,
          `Can't change "limits.containers" in project "${name}": ${ofType}`,
        );
        assertDone(await set({ "limits.containers": "1" }));
        assertRefused(
          await make("b"),
          500,
          `Reached maximum number of instances of type "container" in project "${name}"`,
        );
      });
    },
  },
  {
    name: "a project limits what its instances have together, and each has to say how much",
    async run(target) {
      await withProject(target, { "limits.memory": "1GiB" }, async ({ name, url, make, add, set }) => {
        const forbidden = "Failed checking if instance creation allowed: ";
        const usage = `${forbidden}Failed getting usage of project entities: `;
        const none = `Instance "a" in project "${name}" has no "limits.memory" config, either directly or via a profile`;
        assertRefused(await make("a"), 500, usage + none);
        const share = { config: { "limits.memory": "50%" } };
        assertRefused(
          await make("a", share),
          500,
          `${usage}Failed parsing "limits.memory" for instance "a" in project "${name}"`,
        );
        const tooMuch = `Reached maximum aggregate value "1GiB" for "limits.memory" in project "${name}"`;
        assertRefused(await make("a", { config: { "limits.memory": "2GiB" } }), 500, forbidden + tooMuch);
        await add("a", { config: { "limits.memory": "512MiB" } });
        assertRefused(await make("b", { config: { "limits.memory": "600MiB" } }), 500, forbidden + tooMuch);
        const body = { config: { "limits.memory": "5GiB" } };
        const raised = await send(target, "PATCH", `/1.0/instances/a?project=${name}`, { body });
        assertRefused(raised, 500, `Failed checking if instance update allowed: ${tooMuch}`);
        assertRefused(
          await set({ "limits.memory": "1MiB" }),
          500,
          '"limits.memory" is too low: current total is "512.0MiB"',
        );
        assertRefused(await set({ "limits.cpu": "1" }), 500, none.replace("memory", "cpu"));
        const { resources } = (await get(target, `${url}/state`)).metadata as { readonly resources: Fields };
        assert.deepEqual(resources["memory"], { Limit: 1_073_741_824, Usage: 536_870_912 });
      });
    },
  },
  {
    name: "a project limits the disk of its instances and volumes together",
    async run(target) {
      await withProject(target, { "limits.disk": "100MiB" }, async ({ name, make, add }) => {
        const forbidden = (what: string): string => `Failed checking if ${what} allowed: `;
        const usage = "Failed getting usage of project entities: ";
        const tooMuch = `Reached maximum aggregate value "100MiB" for "limits.disk" in project "${name}"`;
        const none = `Instance "a" in project "${name}" has no "size" config set on the root device either directly or via a profile`;
        assertRefused(await make("a"), 500, forbidden("instance creation") + usage + none);
        await add("a", { devices: { root: { ...root, size: "50MiB" } } });
        const volumes = `/1.0/storage-pools/default/volumes/custom?project=${name}`;
        const volume = `/1.0/storage-pools/default/volumes/custom/v?project=${name}`;
        const unsized = `Custom volume "v" in project "${name}" has no "size" config set`;
        const body = { name: "v" };
        assertRefused(
          await send(target, "POST", volumes, { body }),
          500,
          forbidden("volume creation") + usage + unsized,
        );
        const big = { name: "v", config: { size: "60MiB" } };
        assertRefused(await send(target, "POST", volumes, { body: big }), 500, forbidden("volume creation") + tooMuch);
        assertDone(await send(target, "POST", volumes, { body: { name: "v", config: { size: "10MiB" } } }));
        try {
          const grown = await send(target, "PUT", volume, { body: big });
          assertRefused(grown, 500, forbidden("volume update") + tooMuch);
        } finally {
          assertDone(await send(target, "DELETE", volume));
        }
      });
    },
  },
  {
    name: "a restricted project refuses what reaches beyond it",
    async run(target) {
      await withProject(target, { restricted: "true" }, async ({ name, make, add }) => {
        const on = `on container "a" of project "${name}"`;
        const refused = "is forbidden";
        const invalid = (key: string, text: string): string =>
          `Invalid value "true" for config "${key}" ${on}: ${text}`;
        const device = (text: string): string => `Invalid device "d" ${on}: ${text}`;
        const configs: readonly (readonly [Fields, string])[] = [
          [{ "security.nesting": "true" }, invalid("security.nesting", "Container nesting is forbidden")],
          [{ "security.privileged": "true" }, invalid("security.privileged", "Privileged containers are forbidden")],
          [{ "raw.lxc": "lxc.log.level=1" }, `Use of low-level config "raw.lxc" ${on} ${refused}`],
          [{ "raw.idmap": "both 1 1" }, `Use of low-level "raw.idmap" element 0 ${on} ${refused}`],
          [
            { "security.syscalls.intercept.mknod": "true" },
            invalid("security.syscalls.intercept.mknod", "Container syscall interception is forbidden"),
          ],
        ];
        const devices: readonly (readonly [Fields, string])[] = [
          [{ type: "nic", nictype: "p2p" }, "Only managed network devices are allowed"],
          [{ type: "disk", path: "/mnt", source: "/tmp" }, "Attaching disks not backed by a pool is forbidden"],
          [{ type: "unix-char", path: "/dev/null" }, "Unix character devices are forbidden"],
          [{ type: "gpu" }, "GPU devices are forbidden"],
          [{ type: "usb" }, "USB devices are forbidden"],
        ];
        const forbidden = "Failed checking if instance creation allowed: ";
        for (const [config, text] of configs) assertRefused(await make("a", { config }), 500, forbidden + text);
        for (const [d, text] of devices)
          assertRefused(await make("a", { devices: { d } }), 500, forbidden + device(text));
        await add("a");
        const body = { config: { "security.privileged": "true" } };
        const update = await send(target, "PATCH", `/1.0/instances/a?project=${name}`, { body });
        assertRefused(
          update,
          500,
          /^Failed checking if instance update allowed: .*Privileged containers are forbidden$/,
        );
        const profile = await send(target, "PUT", `/1.0/profiles/default?project=${name}`, { body });
        assertRefused(
          profile,
          500,
          /^Failed checking if profile update allowed: .*Privileged containers are forbidden$/,
        );
        for (const what of ["snapshot", "backup"]) {
          const answer = await send(target, "POST", `/1.0/instances/a/${what}s?project=${name}`, {
            body: { name: "s" },
          });
          assertRefused(answer, 500, `Project "${name}" doesn't allow for ${what} creation`);
        }
      });
    },
  },
  {
    name: "what a restricted project allows can be taken back only where nothing uses it",
    async run(target) {
      const allowed = {
        restricted: "true",
        "restricted.containers.nesting": "allow",
        "restricted.devices.gpu": "allow",
      };
      await withProject(target, allowed, async ({ name, add, set }) => {
        await add("a", { config: { "security.nesting": "true" } });
        const conflict = `Conflict detected when changing "restricted.containers.nesting" in project "${name}": `;
        const on = `on container "a" of project "${name}"`;
        const text = `Invalid value "true" for config "security.nesting" ${on}: Container nesting is forbidden`;
        assertRefused(await set({ ...allowed, "restricted.containers.nesting": "block" }), 500, conflict + text);
        assertDone(await set({ ...allowed, "restricted.devices.gpu": "block" }));
      });
    },
  },
  {
    name: "networks that a restricted project has no access to are not there for it",
    async run(target) {
      const access = { restricted: "true", "restricted.networks.access": "no-such" };
      const { devices } = (await get(target, "/1.0/profiles/default")).metadata as {
        readonly devices: Readonly<Record<string, Readonly<Record<string, string>>>>;
      };
      const network = devices["eth0"]?.["network"] ?? "";
      await withProject(target, access, async ({ name, make }) => {
        assertRefused(await get(target, `/1.0/networks/${network}?project=${name}`), 404, "Network not found");
        const listed = (await get(target, `/1.0/networks?project=${name}`)).metadata as readonly string[];
        assert.equal(listed.includes(`/1.0/networks/${network}`), of(target, { lxd: true, incus: false }));
        const answer = await make("a", { devices: { eth0: { type: "nic", network } } });
        assertRefused(
          answer,
          500,
          /Invalid device "eth0" on container "a" of project ".*": Network not allowed in project$/,
        );
      });
    },
  },
  {
    name: "the values of a project's rules are checked, and an empty value unsets its key",
    async run(target) {
      await withProject(target, {}, async ({ url, set, features }) => {
        const compression = of(target, {
          lxd: 'Invalid compression algorithm "x"',
          incus: `Compression algorithm "x" isn't currently supported`,
        });
        const bad: readonly (readonly [string, string, string])[] = [
          ["restricted.idmap.uid", "x", 'Item "x": Invalid number "x"'],
          ["restricted.idmap.uid", "2-1", 'Item "2-1": Start number 2 must be lower than end number 1'],
          ["restricted.devices.disk.paths", "x", 'Item "x": Must be absolute file path'],
          ["restricted.devices.nic", "x", 'Invalid value "x" (not one of [block allow managed])'],
          ["images.compression_algorithm", "x", compression],
          ["limits.memory", "50%", "Invalid value: 50%"],
        ];
        for (const [key, value, text] of bad) {
          assertRefused(await set({ [key]: value }), 400, `Invalid project configuration key "${key}" value: ${text}`);
        }
        assertDone(await set({ "limits.instances": "" }));
        assert.deepEqual(((await get(target, url)).metadata as Fields)["config"], features);
      });
    },
  },
];
