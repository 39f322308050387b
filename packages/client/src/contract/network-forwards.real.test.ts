import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

describeRoutes("network forwards", ({ covers }) => {
  covers(
    [
      "GET /1.0/networks/{name}/forwards",
      "POST /1.0/networks/{name}/forwards",
      "GET /1.0/networks/{name}/forwards/{listenAddress}",
      "PUT /1.0/networks/{name}/forwards/{listenAddress}",
      "PATCH /1.0/networks/{name}/forwards/{listenAddress}",
      "DELETE /1.0/networks/{name}/forwards/{listenAddress}",
    ],
    "a forward of a bridge is made, changed and removed",
    async ({ client: { networks }, raw, real, name }) => {
      const network = name.replace("route-", "n");
      const { forwards } = networks;
      const listen_address = "192.0.2.77";
      const path = `/1.0/networks/${network}/forwards/${listen_address}`;
      try {
        await networks.create({ name: network, config: { "ipv4.address": "auto", "ipv6.address": "none" } });
        const { value } = await networks.get(network);
        const target_address = (value.config["ipv4.address"] ?? "").replace(/\d+\/24$/, "9");
        const ports = [{ protocol: "tcp", listen_port: "80,8000-8010", target_address }];
        await forwards.create(network, { listen_address, config: { "user.a": "1" }, ports });
        expect(await raw(path)).toMatchObject({ listen_address, ports, config: { "user.a": "1" } });
        const rules = await real.run(["nft", "list", "ruleset"]);
        expect(rules.stdout).toContain(`ip daddr ${listen_address} tcp dport 80 dnat ip to ${target_address}:80`);
        await expect(forwards.create(network, { listen_address })).rejects.toMatchObject({ code: "CONFLICT" });
        expect(await forwards.listUrls(network)).toEqual([path]);
        expect(await forwards.list(network)).toEqual([(await forwards.get(network, listen_address)).value]);

        // Without `config`, which the servers cannot bear where there is some.
        await forwards.patch(network, listen_address, { description: "patched" });
        expect(await raw(path)).toMatchObject({ description: "patched", ports, config: { "user.a": "1" } });
        await forwards.patch(network, listen_address, { config: { "user.b": "2" } });
        const merged = { "user.a": "1", "user.b": "2" };
        expect(await raw(path)).toMatchObject({ description: "", ports, config: merged });
        await forwards.update(network, listen_address, { description: "replaced", config: { target_address } });
        expect(await raw(path)).toMatchObject({ description: "replaced", ports: [], config: { target_address } });

        await forwards.delete(network, listen_address);
        expect(await raw(path)).toBeNull();
        expect(await forwards.list(network)).toEqual([]);
      } finally {
        await networks.delete(network);
      }
    },
  );

  covers(
    ["GET /1.0/networks/{name}/forwards"],
    "a list is filtered",
    async ({ client: { networks }, raw, name }) => {
      const network = name.replace("route-", "n");
      try {
        await networks.create({ name: network, config: { "ipv4.address": "auto", "ipv6.address": "none" } });
        await networks.forwards.create(network, { listen_address: "192.0.2.78" });
        await networks.forwards.create(network, { listen_address: "192.0.2.79" });
        const filter = "listen_address eq 192.0.2.79";
        expect(await networks.forwards.list(network, { filter })).toEqual([
          await raw(`/1.0/networks/${network}/forwards/192.0.2.79`),
        ]);
      } finally {
        await networks.delete(network);
      }
    },
    { on: "incus" },
  );
});
