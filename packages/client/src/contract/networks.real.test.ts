import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

/** A name short enough for an interface. */
function interfaceName(name: string): string {
  return name.replace("route-", "n");
}

const bridge = { "ipv4.address": "auto", "ipv4.nat": "false", "ipv6.address": "none" };

describeRoutes("networks", ({ covers }) => {
  covers(
    [
      "POST /1.0/networks",
      "GET /1.0/networks",
      "GET /1.0/networks/{name}",
      "PUT /1.0/networks/{name}",
      "PATCH /1.0/networks/{name}",
      "POST /1.0/networks/{name}",
      "DELETE /1.0/networks/{name}",
    ],
    "a bridge is made, changed, renamed and removed",
    async ({ client: { networks }, raw, real, name }) => {
      const first = interfaceName(name);
      const second = `${first}b`;
      try {
        await networks.create({ name: first, type: "bridge", config: bridge, description: "made" });
        expect(await raw(`/1.0/networks/${first}`)).toMatchObject({ description: "made", managed: true });
        expect(await networks.listUrls()).toContain(`/1.0/networks/${first}`);
        const listed = (await networks.list()).find((network) => network.name === first);
        const { value, etag } = await networks.get(first);
        expect(listed).toMatchObject({ ...value, used_by: [] });

        await networks.patch(first, { description: "patched", config: { "user.a": "1" } }, { ifMatch: etag });
        const config = { ...value.config, "user.a": "1" };
        expect(await raw(`/1.0/networks/${first}`)).toMatchObject({ description: "patched", config });
        await expect(networks.update(first, { config }, { ifMatch: etag })).rejects.toMatchObject({
          code: "ETAG_MISMATCH",
        });
        const { etag: newer } = await networks.get(first);
        await networks.update(first, { description: "replaced", config: value.config }, { ifMatch: newer });
        expect(await raw(`/1.0/networks/${first}`)).toMatchObject({ description: "replaced", config: value.config });
        await networks.patch(first, { config: { "user.b": "2" } });
        expect(await raw(`/1.0/networks/${first}`)).toMatchObject({ description: "" });

        await networks.rename(first, second);
        expect(await raw(`/1.0/networks/${first}`)).toBeNull();
        expect(await raw(`/1.0/networks/${second}`)).toMatchObject({ name: second });
      } finally {
        await Promise.allSettled([networks.delete(first), networks.delete(second)]);
      }
      expect(await raw(`/1.0/networks/${second}`)).toBeNull();
      const links = await real.run(["ip", "-j", "link"]);
      expect((JSON.parse(links.stdout) as { ifname: string }[]).map(({ ifname }) => ifname)).not.toContain(second);
    },
  );

  covers(
    ["GET /1.0/networks/{name}/state", "GET /1.0/networks/{name}/leases"],
    "the state is that of the interface, and a lease is what a container got",
    async ({ client, raw, real, name }) => {
      const network = interfaceName(name);
      try {
        await client.networks.create({ name: network, config: bridge });
        const devices = {
          root: { type: "disk", path: "/", pool: "default" },
          eth0: { type: "nic", name: "eth0", network },
        };
        const source = { type: "image", alias: "tiny" } as const;
        await (await client.instances.create({ name, source, devices, profiles: [] })).wait();
        const start = { action: "start", timeout: -1, force: false, stateful: false } as const;
        await (await client.instances.setState(name, start)).wait();
        const lease = async () =>
          (await client.networks.leases(network)).find(({ hostname, type }) => hostname === name && type === "dynamic");
        await expect.poll(lease, { timeout: 15_000 }).toMatchObject({ address: expect.stringMatching(/^10\./) });
        const { address, hwaddr } = (await lease()) ?? {};
        const instance = (await raw(`/1.0/instances/${name}`)) as { config: Record<string, string> };
        expect(hwaddr).toBe(instance.config["volatile.eth0.hwaddr"]);
        const file = await readFile(join(real.directory, "m1/networks", network, "dnsmasq.leases"), "utf8");
        expect(file).toContain(`${hwaddr ?? ""} ${address ?? ""} ${name}`);

        const state = await client.networks.state(network);
        const { stdout } = await real.run(["ip", "-j", "address", "show", network]);
        const [link] = JSON.parse(stdout) as { address: string; mtu: number; addr_info: { local: string }[] }[];
        expect(state).toMatchObject({ hwaddr: link?.address, mtu: link?.mtu, state: "up", type: "broadcast" });
        expect(link?.addr_info.map(({ local }) => local)).toContain(state.addresses[0]?.address);
        expect(state.bridge?.upper_devices).toContain(instance.config["volatile.eth0.host_name"]);
      } finally {
        const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;
        await client.instances
          .setState(name, stop)
          .then((stopping) => stopping.wait())
          .catch(() => undefined);
        await client.instances
          .delete(name)
          .then((deletion) => deletion.wait())
          .catch(() => undefined);
        await client.networks.delete(network);
      }
    },
  );

  covers(
    ["GET /1.0/networks"],
    "a list is filtered, and reaches over all projects",
    async ({ client, raw, name }) => {
      const network = interfaceName(name);
      try {
        await client.networks.create({ name: network, config: bridge });
        const filter = `name eq ${network}`;
        const [found, ...others] = await client.networks.list({ filter, allProjects: true });
        expect(others).toEqual([]);
        expect(found).toEqual(await raw(`/1.0/networks/${network}`));
        expect(await client.networks.list({ filter: "name eq nothing-of-this-name" })).toEqual([]);
      } finally {
        await client.networks.delete(network);
      }
    },
    { on: "incus" },
  );

  covers(
    ["GET /1.0/network-allocations"],
    "the address of a bridge is allocated to it",
    async ({ client, raw, name }) => {
      const network = interfaceName(name);
      try {
        await client.networks.create({ name: network, config: bridge });
        const { config } = (await raw(`/1.0/networks/${network}`)) as { config: Record<string, string> };
        const used_by = `/1.0/networks/${network}`;
        const expected = { addresses: config["ipv4.address"], used_by, type: "network", nat: false, hwaddr: "" };
        expect(await client.networkAllocations()).toContainEqual(expected);
        expect(await client.networkAllocations({ allProjects: true })).toContainEqual(expected);
      } finally {
        await client.networks.delete(network);
      }
    },
    { on: "incus" },
  );
});
