import assert from "node:assert/strict";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import { assertAllRefused, assertDone, of, read, type Refused, shortName, withObject } from "./own-object.ts";
import { eventually, get, send } from "./raw-http.ts";

const networks = "/1.0/networks";
const zones = "/1.0/network-zones";

interface Lease {
  readonly hostname: string;
  readonly address: string;
  readonly type: string;
}

async function leasesOf(target: ContractTarget, url: string): Promise<readonly string[]> {
  const found = (await get(target, `${url}/leases`)).metadata as readonly Lease[];
  return found.map(({ hostname, address, type }) => `${hostname} ${type} ${address}`);
}

/** What the configuration of a bridge may say, and what its leases tell. */
export const bridgeCases: readonly ContractCase[] = [
  {
    name: "the values in a bridge's configuration are checked one by one",
    isAlone: true,
    async run(target) {
      const name = shortName();
      const base = { "ipv4.address": "10.88.1.1/24", "ipv6.address": "none" };
      await withObject(target, networks, { name, config: base }, async (url) => {
        const put = (key: string, value: string, text: string): Refused => [
          "PUT",
          url,
          { config: { ...base, [key]: value } },
          400,
          text,
        ];
        const bad = (key: string, value: string, text: string): Refused =>
          put(key, value, `Invalid value for network "${name}" option "${key}": ${text}`);
        const unknown = (key: string): Refused => put(key, "1", `Invalid option for network "${name}" option "${key}"`);
        const actions = of(target, { lxd: "allow drop reject", incus: "allow allow-stateless drop reject" });
        const external = 'Invalid interface name "a/b": Network interface contains invalid characters';
        await assertAllRefused(target, [
          bad("bridge.mtu", "50", 'Out of MTU range (1280-16384) "50"'),
          bad("bridge.external_interfaces", "a/b", external),
          bad("ipv4.address", "10.88.1.0/24", 'Not a usable IPv4 address "10.88.1.0/24"'),
          bad("ipv4.address", "10.88.1.1/32", 'Not a usable IPv4 address "10.88.1.1/32"'),
          bad("ipv4.dhcp.ranges", "a-b", 'Item "a-b": Not an IPv4 address "a"'),
          bad("ipv4.routes", "1.2.3.4/24", 'Item "1.2.3.4/24": Not an IPv4 network address "1.2.3.4/24"'),
          bad("ipv4.routes", "x", 'Item "x": invalid CIDR address: x'),
          bad("ipv6.nat.address", "1.2.3.4", 'Not an IPv6 address "1.2.3.4"'),
          bad("ipv6.routes", "1.2.3.0/24", 'Item "1.2.3.0/24": Not an IPv6 network "1.2.3.0/24"'),
          bad("security.acls.default.egress.action", "x", `Invalid value "x" (not one of [${actions}])`),
          bad("tunnel.a.protocol", "x", 'Invalid value "x" (not one of [gre vxlan])'),
          bad("tunnel.a.port", "99999", "Invalid port number: 99999"),
          bad("tunnel.a.ttl", "500", 'Invalid value for an integer "500". Must be between 0 and 255'),
          bad("tunnel.a.remote", "x", 'Not an IP address "x"'),
          bad("bgp.peers.a.asn", "x", 'Invalid value for an integer "x"'),
          unknown("tunnel.a.foo"),
          unknown("bgp.peers.a.foo"),
          unknown("volatile.foo"),
          unknown("dns.zone.foo"),
          unknown("parent"),
          put("tunnel.x", "1", "Invalid network configuration key: tunnel.x"),
          put(
            ...(["ipv4.ovn.ranges", "10.88.1.5-10.88.1.9"] as const),
            '"ipv4.ovn.ranges" must be used in conjunction with non-overlapping "ipv4.dhcp.ranges" when DHCPv4 is enabled',
          ),
        ]);
        assert.deepEqual((await read(target, url)).object["config"], base);
      });
    },
  },
  {
    name: "two bridges may be in one subnet, but not at one address; a new name is refused for use before it is for being taken",
    isAlone: true,
    async run(target) {
      const [name, other] = [shortName(), shortName()];
      const at = (address: string): object => ({ "ipv4.address": address, "ipv6.address": "none" });
      await withObject(target, networks, { name, config: at("10.88.7.1/24") }, async (url) => {
        const end = of(target, { lxd: "Process exited with non-zero value 2", incus: "exit status 2" });
        const said = "dnsmasq: failed to create listening socket for 10.88.7.1: Address already in use";
        const text = `The DNS and DHCP service exited prematurely: ${end} ("${said}")`;
        await assertAllRefused(target, [
          ["POST", networks, { name: other, config: at("10.88.7.1/24") }, 500, text],
          ["POST", url, { name }, 409, `Network "${name}" already exists`],
        ]);
        await withObject(target, networks, { name: other, config: at("10.88.7.2/24") }, async (twin) => {
          assert.equal((await read(target, twin)).object["name"], other);
        });
        const devices = { eth0: { type: "nic", network: name } };
        await withObject(target, "/1.0/profiles", { name: shortName(), devices }, async () => {
          await assertAllRefused(target, [["POST", url, { name }, 400, "Network is currently in use"]]);
        });
      });
    },
  },
  {
    name: "LXD has fans, Incus has name servers and routes for DHCP",
    isAlone: true,
    async run(target) {
      // A fan's name has to be shorter than that of others.
      const name = shortName().slice(0, 11);
      const base = { "ipv4.address": "10.88.2.1/24", "ipv6.address": "none" };
      await withObject(target, networks, { name, config: base }, async (url) => {
        if (target.flavour === "lxd") {
          const only = "FAN configuration may only be set when in 'fan' mode";
          const route = "Failed generating auto config: No default gateway for IPv4";
          const fan = { "bridge.mode": "fan" };
          await assertAllRefused(target, [
            ["POST", networks, { name: shortName().slice(0, 11), config: fan }, 500, route],
            ["PATCH", url, { config: { "fan.type": "vxlan" } }, 400, only],
            ["PATCH", url, { config: fan }, 400, /^IPv[46] configuration may not be set when in 'fan' mode$/],
            ["PATCH", url, { config: { "dns.nameservers": "1.2.3.4" } }, 400, / option "dns.nameservers"$/],
          ]);
          return;
        }
        const config = { "dns.nameservers": "1.2.3.4", "ipv4.dhcp.routes": "192.0.2.0/24,10.88.2.9" };
        assertDone(await send(target, "PATCH", url, { body: { config } }));
        await assertAllRefused(target, [
          ["PATCH", url, { config: { "dns.nameservers": "x" } }, 400, /: Item "x": Not an IP address "x"$/],
          ["PATCH", url, { config: { "bridge.mode": "fan" } }, 400, / option "bridge.mode"$/],
          ["PATCH", url, { config: { "bgp.peers.a.holdtime": "5" } }, 400, /Must be between 9 and 65535$/],
        ]);
      });
    },
  },
  {
    name: "a zone that a bridge publishes its names in is in use",
    isAlone: true,
    async run(target) {
      const [name, zone] = [shortName(), `${shortName()}.example`];
      const base = { "ipv4.address": "10.88.3.1/24", "ipv6.address": "none" };
      await withObject(target, zones, { name: zone }, async (zoneUrl) => {
        const config = { ...base, "dns.zone.forward": zone };
        await withObject(target, networks, { name, config }, async (url) => {
          assert.deepEqual((await read(target, zoneUrl)).object["used_by"], [url]);
          const missing = of(target, {
            lxd: `Invalid value for network "${name}" option "dns.zone.forward": Network zone "nope" doesn't exist`,
            incus: 'Invalid "dns.zone.forward", network zone "nope" not found',
          });
          await assertAllRefused(target, [
            ["DELETE", zoneUrl, undefined, 500, "Cannot delete a zone that is in use"],
            ["PUT", url, { config: { ...base, "dns.zone.forward": "nope" } }, 400, missing],
          ]);
          assertDone(await send(target, "PUT", url, { body: { config: base } }));
          assert.deepEqual((await read(target, zoneUrl)).object["used_by"], []);
        });
      });
    },
  },
  {
    name: "leases are those reserved, those that instances make themselves and those from DHCP, which outlive a stop",
    isAlone: true,
    async run(target) {
      const network = shortName();
      const config = { "ipv4.address": "10.88.4.1/24", "ipv6.address": "fd42:88:4:4::1/64" };
      await withObject(target, networks, { name: network, config }, async (url) => {
        const nic = { type: "nic", network, name: "eth0" };
        await withInstance(
          target,
          async (_, reserved) => {
            await withInstance(
              target,
              async (path, leased) => {
                const seen = await leasesOf(target, url);
                assert.deepEqual(seen.slice(0, 2), [
                  `${network}.gw gateway 10.88.4.1`,
                  `${network}.gw gateway fd42:88:4:4::1`,
                ]);
                const own = seen.slice(2).map((lease) => lease.replace(/(fd42:88:4:4:).*/, "$1"));
                assert.deepEqual(
                  [...own].sort(),
                  [
                    `${reserved} static 10.88.4.50`,
                    `${reserved} dynamic fd42:88:4:4:`,
                    `${leased} dynamic fd42:88:4:4:`,
                  ].sort(),
                );
                assert.deepEqual((await get(target, `${url}/leases?project=default`)).status, 200);
                await bringTo(target, path, { action: "start" });
                const lease = await eventually("the lease", async () =>
                  (await leasesOf(target, url)).find((one) => one.startsWith(`${leased} dynamic 10.88.4.`)),
                );
                await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
                assert.equal((await leasesOf(target, url)).at(-1), lease);
              },
              { devices: { eth0: nic } },
            );
          },
          { devices: { eth0: { ...nic, "ipv4.address": "10.88.4.50" } } },
        );
      });
    },
  },
];
