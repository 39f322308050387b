import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import {
  assertAllRefused,
  assertDone,
  assertHeedsIfMatch,
  assertTells,
  of,
  read,
  type Refused,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const networks = "/1.0/networks";
const integrations = "/1.0/network-integrations";

/** Networks that are nothing but an interface, what bridges cannot do, and what Incus alone has. */
export const uplinkCases: readonly ContractCase[] = [
  {
    name: "networks of the types macvlan, sriov and physical stand for an interface of the machine",
    isAlone: true,
    async run(target) {
      for (const type of ["macvlan", "sriov", "physical"]) {
        const name = shortName();
        await withObject(target, networks, { name, type, config: { parent: "lo" } }, async (url) => {
          const { object } = await read(target, url);
          const own = type === "physical" ? { "volatile.last_state.created": "false" } : {};
          assert.deepEqual([object["type"], object["config"]], [type, { parent: "lo", ...own }]);
          const about = `Network driver "${type}" does not support`;
          const lxdBalancers = { lxd: "not found", incus: `${about} load balancers` };
          await assertAllRefused(target, [
            ["GET", `${url}/state`, undefined, 404, `Network interface "${name}" not found`],
            ["GET", `${url}/leases`, undefined, 500, "Not implemented"],
            ["GET", `${url}/forwards`, undefined, 400, `${about} forwards`],
            ["POST", `${url}/forwards`, { listen_address: "1.2.3.4" }, 400, `${about} forwards`],
            ["GET", `${url}/peers`, undefined, 400, `${about} peering`],
            ["GET", `${url}/load-balancers`, undefined, { lxd: 404, incus: 400 }, lxdBalancers],
            ["PUT", url, {}, 400, `Invalid value for network "${name}" option "parent": Required value`],
            ["PATCH", url, { config: { bad: "1" } }, 400, `Invalid option for network "${name}" option "bad"`],
          ]);
          const moved = await send(target, "PATCH", url, { body: { config: { parent: "nope" } } });
          if (type === "physical") assertRefused(moved, 500, 'Parent interface "nope" not found');
          else assertDone(moved);
        });
      }
    },
  },
  {
    name: "a network on an interface needs one that is there",
    async run(target) {
      const name = shortName();
      const make = (type: string, config: object, status: Refused[3], text: Refused[4]): Refused => [
        "POST",
        networks,
        { name, type, config },
        status,
        text,
      ];
      const value = (key: string): string => `Invalid value for network "${name}" option "${key}":`;
      await assertAllRefused(target, [
        ...["macvlan", "sriov", "physical"].flatMap((type) => [
          make(type, {}, 500, `${value("parent")} Required value`),
          make(type, { parent: "nope" }, 500, 'Parent interface "nope" not found'),
          make(type, { parent: "lo", mtu: "x" }, 500, `${value("mtu")} Invalid MTU "x"`),
          make(type, { parent: "lo", vlan: "5000" }, 500, `${value("vlan")} Out of VLAN ID range (0-4094) "5000"`),
        ]),
        make("sriov", { parent: "lo", gvrp: "true" }, 500, `Invalid option for network "${name}" option "gvrp"`),
        make("foo", {}, 400, "Unknown driver"),
        // LXD wants to be told which network it goes by where there are several.
        make("ovn", {}, { lxd: 500, incus: 404 }, /connection failed|failed to connect|Option "network" is required/),
      ]);
    },
  },
  {
    name: "a bridge has neither peers nor load balancers",
    async run(target) {
      const bridge = of(target, { lxd: "lxdbr0", incus: "incusbr0" });
      const text = 'Network driver "bridge" does not support';
      const all = (path: string, item: string, what: string, status: number): readonly Refused[] => [
        ["GET", path, undefined, status, what],
        ["POST", path, {}, status, what],
        ["GET", item, undefined, status, what],
        ["PUT", item, {}, status, what],
        ["PATCH", item, {}, status, what],
        ["DELETE", item, undefined, status, what],
      ];
      const balancers = `${networks}/${bridge}/load-balancers`;
      const refused = of<readonly [string, number]>(target, {
        lxd: ["not found", 404],
        incus: [`${text} load balancers`, 400],
      });
      await assertAllRefused(target, [
        ...all(`${networks}/${bridge}/peers`, `${networks}/${bridge}/peers/x`, `${text} peering`, 400),
        ...all(balancers, `${balancers}/1.2.3.4`, ...refused),
        ["GET", `${balancers}/1.2.3.4/state`, undefined, refused[1], refused[0]],
        ["GET", `${networks}/no-such/peers`, undefined, 404, "Failed loading network: Network not found"],
      ]);
    },
  },
  {
    name: "Incus lists the addresses that its networks have given away",
    isAlone: true,
    async run(target) {
      const name = shortName();
      const path = "/1.0/network-allocations";
      if (target.flavour === "lxd") return assertRefused(await get(target, path), 404, "not found");
      const config = { "ipv4.address": "10.87.6.1/24", "ipv4.nat": "true", "ipv6.address": "none" };
      await withObject(target, networks, { name, config }, async (url) => {
        await send(target, "POST", `${url}/forwards`, { body: { listen_address: "192.0.2.9" } });
        const found = (await get(target, path)).metadata as readonly Record<string, unknown>[];
        const own = found.filter(({ used_by: user }) => String(user).startsWith(url));
        const forward = `${url}/forwards/192.0.2.9`;
        assert.deepEqual(own, [
          { addresses: "10.87.6.1/24", used_by: url, type: "network", hwaddr: "", nat: true },
          { addresses: "192.0.2.9/32", used_by: forward, type: "network-forward", hwaddr: "", nat: false },
        ]);
        await send(target, "DELETE", forward);
      });
      const missing = 'Failed to load project "no-such": Project not found';
      assertRefused(await get(target, `${path}?project=no-such`), 404, missing);
    },
  },
  {
    name: "Incus keeps ways to the networks of other servers",
    async run(target) {
      if (target.flavour === "lxd") return assertRefused(await get(target, integrations), 404, "not found");
      const name = shortName();
      const body = {
        name,
        type: "ovn",
        description: "d",
        config: { "ovn.northbound_connection": "tcp:192.0.2.1:6641" },
      };
      await withObject(target, integrations, body, async (url) => {
        assert.deepEqual((await read(target, url)).object, { ...body, used_by: [] });
        assertDone(await send(target, "PATCH", url, { body: { config: { "user.a": "1" } } }));
        const { object } = await read(target, url);
        assert.deepEqual([object["description"], object["config"]], ["d", { ...body.config, "user.a": "1" }]);
        await assertHeedsIfMatch(target, url, { config: { "user.b": "1" } });
        const listed = (await get(target, `${integrations}?filter=name%20eq%20${name}`)).metadata;
        assert.deepEqual(listed, [url]);
        const unknown = 'Invalid network integration configuration key "bad"';
        const taken = "UNIQUE constraint failed: networks_integrations.name";
        assertDone(await send(target, "POST", url, { body: { name } }));
        await assertAllRefused(target, [
          ["POST", integrations, body, 500, `Failed to create "networks_integrations" entry: ${taken}`],
          ["POST", integrations, { name, type: "foo" }, 400, 'Invalid integration type "foo"'],
          ["POST", integrations, { name, type: "ovn", config: { bad: "1" } }, 400, unknown],
          ["PUT", url, { config: { bad: "1" } }, 400, unknown],
          ["GET", `${url}x`, undefined, 404, "Network_integration not found"],
          ["PUT", `${url}x`, {}, 404, "Network_integration not found"],
          ["DELETE", `${url}x`, undefined, 404, "Network_integration not found"],
          ["POST", `${url}x`, { name: `${name}y` }, 500, "Query affected 0 rows instead of 1"],
        ]);
        assertDone(await send(target, "POST", url, { body: { name: `${name}n` } }));
        await withObject(target, integrations, { name, type: "ovn" }, async () => {
          const text = `Rename NetworkIntegration failed: ${taken}`;
          assertRefused(await send(target, "POST", `${url}n`, { body: { name } }), 500, text);
        });
        assertDone(await send(target, "POST", `${url}n`, { body: { name } }));
      });
      await toldOfIntegration(target);
    },
  },
];

/** A new name is told as if the old one had been removed. */
async function toldOfIntegration(target: Parameters<ContractCase["run"]>[0]): Promise<void> {
  const [name, other] = [shortName(), shortName()];
  const [url, renamed] = [`${integrations}/${name}`, `${integrations}/${other}`];
  const told = [
    { action: "network-integration-created", source: url },
    { action: "network-integration-updated", source: url },
    { action: "network-integration-deleted", source: renamed, context: { old_name: name } },
  ];
  await assertTells(target, told, async () => {
    await send(target, "POST", integrations, { body: { name, type: "ovn" } });
    assertDone(await send(target, "PUT", url, { body: { description: "x" } }));
    assertDone(await send(target, "POST", url, { body: { name: other } }));
  });
  await assertTells(target, [{ action: "network-integration-deleted", source: renamed }], async () =>
    assertDone(await send(target, "DELETE", renamed)),
  );
}
