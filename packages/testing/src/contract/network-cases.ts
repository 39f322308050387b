import assert from "node:assert/strict";
import type { NetworkLease, NetworkState } from "@lxdkit/protocol";
import type { ContractCase } from "./contract-case.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertHeedsIfMatch,
  assertTells,
  type Fields,
  of,
  read,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, eventually, get, send } from "./raw-http.ts";

const networks = "/1.0/networks";
const quiet = { "ipv4.address": "none", "ipv6.address": "none" };

const cases: readonly ContractCase[] = [
  {
    name: "a new bridge gets a subnet and a prefix of its own, with NAT, where it does not say otherwise",
    async run(target) {
      const name = shortName();
      const body = { name, description: "d", config: { "user.a": "1" } };
      await withObject(target, networks, body, async (url) => {
        const { object } = await read(target, url);
        const { config, ...rest } = object as { readonly config: Readonly<Record<string, string>> };
        assert.match(config["ipv4.address"] ?? "", /^10\.\d+\.\d+\.1\/24$/);
        assert.match(config["ipv6.address"] ?? "", /^fd42(:[0-9a-f]{1,4}){3}::1\/64$/);
        const { "ipv4.address": _, "ipv6.address": __, ...others } = config;
        assert.deepEqual(others, { "ipv4.nat": "true", "ipv6.nat": "true", "user.a": "1" });
        assert.deepEqual(rest, {
          name,
          description: "d",
          type: "bridge",
          used_by: of<unknown>(target, { lxd: null, incus: [] }),
          managed: true,
          status: "Created",
          locations: ["none"],
          ...of<object>(target, { lxd: {}, incus: { project: "default" } }),
        });
        const state = (await read(target, `${url}/state`)).object as unknown as NetworkState;
        assert.deepEqual(
          state.addresses.map(({ family, address, netmask }) => [family, `${address}/${netmask}`]),
          [
            ["inet", config["ipv4.address"]],
            ["inet6", config["ipv6.address"]],
          ],
        );
        assert.deepEqual([state.mtu, state.state, state.type], [1500, "up", "broadcast"]);
        assert.match(
          state.hwaddr,
          of(target, { lxd: /^00:16:3e(:[0-9a-f]{2}){3}$/, incus: /^10:66:6a(:[0-9a-f]{2}){3}$/ }),
        );
        assert.equal(state.bridge?.id, `8000.${state.hwaddr.replaceAll(":", "")}`);
        assert.deepEqual(state.bridge.upper_devices, []);
        const leases = (await get(target, `${url}/leases`)).metadata as readonly NetworkLease[];
        assert.deepEqual(
          leases.map(({ hostname, type, hwaddr, location }) => [hostname, type, hwaddr, location]),
          [
            [`${name}.gw`, "gateway", "", ""],
            [`${name}.gw`, "gateway", "", ""],
          ],
        );
      });
    },
  },
  {
    name: "an address of one's own gets no NAT; PATCH merges the configuration and drops the description, PUT replaces",
    async run(target) {
      const config = { "ipv4.address": "10.219.7.1/24", "ipv6.address": "none" };
      await withObject(target, networks, { name: shortName(), description: "d", config }, async (url) => {
        const seen = async (): Promise<unknown> => {
          const { object } = await read(target, url);
          return [object["description"], object["config"]];
        };
        assert.deepEqual(await seen(), ["d", config]);
        assertDone(await send(target, "PATCH", url, { body: { config: { "ipv4.nat": "true" } } }));
        assert.deepEqual(await seen(), ["", { ...config, "ipv4.nat": "true" }]);
        assertDone(await send(target, "PUT", url, { body: { description: "x", config: { "user.a": "1" } } }));
        assert.deepEqual(await seen(), ["x", { "user.a": "1" }]);
        const auto = { ...quiet, "ipv4.address": "auto" };
        assertDone(await send(target, "PUT", url, { body: { config: auto } }));
        const after = (await read(target, url)).object["config"] as Readonly<Record<string, string>>;
        assert.match(after["ipv4.address"] ?? "", /^10\.\d+\.\d+\.1\/24$/);
        assert.equal(after["ipv4.nat"], undefined);
        await assertHeedsIfMatch(target, url, { config: quiet });
      });
    },
  },
  {
    name: "names of networks are checked, and missing ones told apart by the verb",
    async run(target) {
      const missing = `${networks}/no-such`;
      const about = "Network interface";
      const absent = "Failed loading network: Network not found";
      await assertAllRefused(target, [
        ["POST", networks, { name: "" }, 400, "No name provided"],
        ["POST", networks, { name: "a" }, 400, `${about} is too short (minimum 2 characters)`],
        ["POST", networks, { name: "averyveryverylongname" }, 400, `${about} is too long (maximum 15 characters)`],
        ["POST", networks, { name: "a b" }, 400, `${about} contains invalid characters`],
        ["POST", networks, { name: shortName(), type: "foo" }, 400, "Unknown driver"],
        ["POST", `${networks}?target=no-such`, { name: shortName() }, 404, "Cluster member not found"],
        [
          "POST",
          `${networks}?project=no-such`,
          { name: shortName() },
          404,
          'Failed to load project "no-such": Project not found',
        ],
        ["PUT", missing, {}, 404, absent],
        ["PATCH", missing, {}, 404, absent],
        ["POST", missing, { name: shortName() }, 404, absent],
        ["DELETE", missing, undefined, 404, absent],
        ["GET", `${missing}/leases`, undefined, 404, absent],
        ["GET", `${missing}/state`, undefined, 404, 'Network interface "no-such" not found'],
        // What the server does not manage can only be looked at.
        ["PUT", `${networks}/lo`, {}, 404, absent],
        ["DELETE", `${networks}/lo`, undefined, 404, absent],
        ["GET", `${networks}/lo/leases`, undefined, 404, absent],
      ]);
      const loopback = (await read(target, `${networks}/lo/state`)).object;
      assert.deepEqual([loopback["mtu"], loopback["type"], loopback["bridge"]], [65_536, "loopback", null]);
    },
  },
  {
    name: "the configuration of a bridge is checked: 500 for a new one, 400 for a change",
    async run(target) {
      await withObject(target, networks, { name: shortName(), config: quiet }, async (url) => {
        const own = url.split("/").at(-1) ?? "";
        const bad = [
          ["bad", "1", undefined],
          ["ipv4.address", "x", "invalid CIDR address: x"],
          ["ipv4.address", "10.1.2.3", "invalid CIDR address: 10.1.2.3"],
          ["ipv6.address", "10.0.0.1/24", 'Not an IPv6 address "10.0.0.1/24"'],
          ["ipv4.nat", "x", 'Invalid value for a boolean "x"'],
          ["ipv4.dhcp.ranges", "x", 'Item "x": IP range must contain start and end IP addresses'],
          ["ipv4.dhcp.gateway", "x", 'Not an IPv4 address "x"'],
          ["bridge.mtu", "x", 'Invalid MTU "x"'],
          ["bridge.driver", "x", 'Invalid value "x" (not one of [native openvswitch])'],
          ["bridge.hwaddr", "x", "Invalid MAC address, must be 6 bytes of hex separated by colons"],
          ["dns.mode", "x", 'Invalid value "x" (not one of [dynamic managed none])'],
        ] as const;
        for (const [key, value, reason] of bad) {
          const text = (name: string): string =>
            reason === undefined
              ? `Invalid option for network "${name}" option "${key}"`
              : `Invalid value for network "${name}" option "${key}": ${reason}`;
          const name = shortName();
          const config = { [key]: value };
          assertRefused(await send(target, "POST", networks, { body: { name, config } }), 500, text(name));
          assertRefused(await send(target, "PATCH", url, { body: { config } }), 400, text(own));
        }
      });
    },
  },
  {
    name: "a second network of a name is 400 on LXD, 409 on Incus; a new name that is taken 409",
    async run(target) {
      const [name, other] = [shortName(), shortName()];
      await withObject(target, networks, { name, config: quiet }, async (url) => {
        const status = of(target, { lxd: 400, incus: 409 });
        const text = of(target, { lxd: "The network already exists", incus: `Network "${name}" already exists` });
        assertRefused(await send(target, "POST", networks, { body: { name } }), status, text);
        await withObject(target, networks, { name: other, config: quiet }, async () => {
          const answer = await send(target, "POST", url, { body: { name: other } });
          assertRefused(answer, 409, `Network "${other}" already exists`);
        });
        assertRefused(await send(target, "POST", url, { body: { name: "" } }), 400, "New network name not provided");
      });
    },
  },
  {
    name: "an instance uses its network, holds it, and has a lease of it while it runs",
    async run(target) {
      const name = shortName();
      const config = { "ipv4.address": "10.219.8.1/24", "ipv6.address": "none" };
      await withObject(target, networks, { name, config }, async (url) => {
        await withInstance(
          target,
          async (path, instance) => {
            assert.deepEqual((await read(target, url)).object["used_by"], [path]);
            assertRefused(await send(target, "DELETE", url), 400, "The network is currently in use");
            const answer = await send(target, "POST", url, { body: { name: shortName() } });
            assertRefused(answer, 400, "Network is currently in use");
            await bringTo(target, path, { action: "start" });
            const lease = await eventually("the lease", async () =>
              ((await get(target, `${url}/leases`)).metadata as readonly NetworkLease[]).find(
                ({ hostname }) => hostname === instance,
              ),
            );
            assert.match(lease.address, /^10\.219\.8\.\d+$/);
            assert.deepEqual([lease.type, lease.location], ["dynamic", "none"]);
            const state = (await read(target, `${url}/state`)).object as unknown as NetworkState;
            assert.equal(state.bridge?.upper_devices.length, 1);
          },
          { devices: { eth0: { type: "nic", name: "eth0", network: name } } },
        );
      });
    },
  },
  {
    name: "a project with networks of its own has no bridges",
    async run(target) {
      const project = shortName();
      await withObject(
        target,
        "/1.0/projects",
        { name: project, config: { "features.networks": "true" } },
        async () => {
          const path = `${networks}?project=${project}`;
          assert.deepEqual((await get(target, path)).metadata, []);
          const text = "Network type does not support non-default projects";
          assertRefused(await send(target, "POST", path, { body: { name: shortName(), type: "bridge" } }), 400, text);
          assertRefused(await get(target, `${networks}/lo?project=${project}`), 404, "Network not found");
        },
      );
    },
  },
  {
    name: "what happens to a network is told, an update before it is checked",
    async run(target) {
      const [name, next] = [shortName(), shortName()];
      const [url, renamed] = [`${networks}/${name}`, `${networks}/${next}`];
      const told = [
        { action: "network-created", source: url },
        { action: "network-updated", source: url },
        { action: "network-renamed", source: renamed, context: { old_name: name } },
        { action: "network-deleted", source: renamed },
      ];
      await assertTells(target, told, async () => {
        assertCreated(await send(target, "POST", networks, { body: { name, config: quiet } }), url);
        assertRefused(await send(target, "PUT", url, { body: { config: { bad: "1" } } }), 400);
        assertCreated(await send(target, "POST", url, { body: { name: next } }), renamed);
        assertDone(await send(target, "DELETE", renamed));
      });
    },
  },
  {
    name: "managed networks come first in a list, and a filter is heeded by Incus alone",
    async run(target) {
      const name = shortName();
      await withObject(target, networks, { name, config: quiet }, async (url) => {
        const urls = (await get(target, networks)).metadata as string[];
        assert.ok(urls.indexOf(url) < urls.indexOf(`${networks}/lo`));
        const query = `recursion=1&filter=name%20eq%20${name}`;
        const found = (await get(target, `${networks}?${query}`)).metadata as readonly Fields[];
        assert.equal(found.length === 1, target.flavour === "incus");
      });
    },
  },
];

/** Managed bridges: all verbs, state and leases. */
export const networkCases: readonly ContractCase[] = cases.map((one) => ({ ...one, isAlone: true }));
