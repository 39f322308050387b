import { isIP } from "node:net";
import type { InterfaceInfo } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { bootScriptConfig } from "./boot-script.ts";
import { buildNetworkConfig } from "./build-network-config.ts";
import { netplanOfInterfaces, type NetplanOptions } from "./netplan-of-interfaces.ts";
import { validateNetworkConfig } from "./validate-network-config.ts";

const hex = fc.integer({ min: 0, max: 255 }).map((byte) => byte.toString(16).padStart(2, "0"));
// Most with digits only: those look like numbers of base sixty.
const digits = fc.integer({ min: 0, max: 59 }).map((byte) => String(byte).padStart(2, "0"));
const mac = fc.array(fc.oneof(digits, hex), { minLength: 6, maxLength: 6 }).map((bytes) => bytes.join(":"));
const ipv4 = fc.ipV4();
const ipv6 = fc.ipV6();
const address = fc.oneof(
  fc.record({ value: ipv4, cidr: fc.tuple(ipv4, fc.nat(32)).map(([ip, prefix]) => `${ip}/${String(prefix)}`) }),
  fc.record({ value: ipv6, cidr: fc.tuple(ipv6, fc.nat(128)).map(([ip, prefix]) => `${ip}/${String(prefix)}`) }),
);
const route = fc.oneof(
  ...[ipv4, ipv6].map((ip) =>
    fc.record({ destinationCidr: ip.map((one) => `${one}/8`), gatewayIp: ip, metric: fc.nat(2 ** 32 - 1) }),
  ),
);
const one: fc.Arbitrary<InterfaceInfo> = fc.record(
  {
    interfaceName: fc.stringMatching(/^[a-z0-9:._-]{1,15}$/).filter((name) => name !== "." && name !== ".."),
    macAddress: mac,
    configType: fc.constantFrom("dhcp" as const, "static" as const, "manual" as const),
    addresses: fc.array(address, { maxLength: 3 }),
    gatewayAddress: fc.oneof(ipv4, ipv6),
    isDefaultGateway: fc.boolean(),
    dnsServers: fc.array(fc.oneof(ipv4, ipv6), { maxLength: 3 }),
    dnsSearchDomains: fc.array(fc.constantFrom("lab.example", "no", "1e3", "10.20"), { maxLength: 3 }),
    mtu: fc.nat(9000),
    routes: fc.array(route, { maxLength: 2 }),
  },
  { requiredKeys: ["interfaceName"] },
);
const interfaces = fc.uniqueArray(one, { selector: ({ interfaceName }) => interfaceName, minLength: 1, maxLength: 4 });
const options: fc.Arbitrary<NetplanOptions> = fc.record(
  {
    instanceType: fc.constantFrom("container" as const, "virtual-machine" as const),
    match: fc.constantFrom("mac" as const, "name" as const, "none" as const),
    gateways: fc.constantFrom("routes" as const, "keys" as const),
  },
  { requiredKeys: [] },
);

test("what goes in comes out of a reader of YAML 1.1, in both forms, and is valid", () => {
  fc.assert(
    fc.property(interfaces, options, (all, how) => {
      const config = netplanOfInterfaces(all, how);
      const text = buildNetworkConfig(all, how);
      expect(parse(text, { version: "1.1" })).toEqual(config);
      validateNetworkConfig(text);
      const [, command] = bootScriptConfig(all, how).bootcmd ?? [];
      const [, file = ""] = /^printf '%s\\n' '([^']*)' > /.exec(String(command)) ?? [];
      expect(parse(file, { version: "1.1" })).toEqual({
        network: netplanOfInterfaces(all, { ...how, gateways: how.gateways ?? "keys" }),
      });
    }),
  );
});

test("each family has at most one way out, and no address, server, route or name is lost", () => {
  fc.assert(
    fc.property(interfaces, (all) => {
      const { ethernets } = netplanOfInterfaces(all);
      const entries = Object.values(ethernets);
      const routes = entries.flatMap(({ routes: some = [] }) => some);
      for (const to of ["0.0.0.0/0", "::/0"]) {
        const family = to === "::/0" ? 6 : 4;
        const having = all.filter(({ gatewayAddress = "" }) => isIP(gatewayAddress) === family);
        expect(routes.filter((route_) => route_.to === to)).toHaveLength(having.length === 0 ? 0 : 1);
      }
      expect(Object.keys(ethernets).toSorted()).toEqual(all.map(({ interfaceName }) => interfaceName).toSorted());
      for (const { interfaceName, addresses = [], routes: wanted = [] } of all) {
        const found = ethernets[interfaceName];
        expect((found?.addresses ?? []).map((text) => text.split("/", 1)[0])).toEqual(
          addresses.map(({ value }) => value),
        );
        for (const { destinationCidr, gatewayIp, metric } of wanted) {
          expect(found?.routes).toContainEqual({ to: destinationCidr, via: gatewayIp, metric });
        }
      }
    }),
  );
});
