import { hasOvn, ovnUplink, startOvn } from "@lxdkit/testbed";
import { flavoursWithExtra } from "@lxdkit/testbed/vitest";
import { expect } from "vitest";
import { describeRoutes } from "./route-cases.ts";

const withOvn = await flavoursWithExtra("ovn", hasOvn);
const refusal = { name: "ApiError", code: "BAD_REQUEST", status: 400 };

describeRoutes(
  "OVN networks",
  ({ covers, refuses, real }) => {
    if (!withOvn.has(real.flavour)) {
      refuses(
        [
          "GET /1.0/networks/{name}/peers",
          "POST /1.0/networks/{name}/peers",
          "GET /1.0/networks/{name}/peers/{peerName}",
          "PUT /1.0/networks/{name}/peers/{peerName}",
          "PATCH /1.0/networks/{name}/peers/{peerName}",
          "DELETE /1.0/networks/{name}/peers/{peerName}",
        ],
        "only OVN networks have peers, and this machine has no OVN",
        async ({ client: { networks } }) => {
          const bridge = real.flavour === "lxd" ? "lxdbr0" : "incusbr0";
          await expect(networks.peers.list(bridge)).rejects.toMatchObject(refusal);
          await expect(networks.peers.create(bridge, { name: "p" })).rejects.toMatchObject(refusal);
          await expect(networks.peers.get(bridge, "p")).rejects.toMatchObject(refusal);
          await expect(networks.peers.update(bridge, "p", {})).rejects.toMatchObject(refusal);
          await expect(networks.peers.patch(bridge, "p", {})).rejects.toMatchObject(refusal);
          await expect(networks.peers.delete(bridge, "p")).rejects.toMatchObject(refusal);
        },
      );
      refuses(
        [
          "GET /1.0/networks/{name}/load-balancers",
          "POST /1.0/networks/{name}/load-balancers",
          "GET /1.0/networks/{name}/load-balancers/{listenAddress}",
          "GET /1.0/networks/{name}/load-balancers/{listenAddress}/state",
          "PUT /1.0/networks/{name}/load-balancers/{listenAddress}",
          "PATCH /1.0/networks/{name}/load-balancers/{listenAddress}",
          "DELETE /1.0/networks/{name}/load-balancers/{listenAddress}",
        ],
        "only OVN networks have load balancers, and this machine has no OVN",
        async ({ client: { networks } }) => {
          const { loadBalancers } = networks;
          const listen_address = "198.51.100.80";
          await expect(loadBalancers.list("incusbr0")).rejects.toMatchObject(refusal);
          await expect(loadBalancers.create("incusbr0", { listen_address })).rejects.toMatchObject(refusal);
          await expect(loadBalancers.get("incusbr0", listen_address)).rejects.toMatchObject(refusal);
          await expect(loadBalancers.state("incusbr0", listen_address)).rejects.toMatchObject(refusal);
          await expect(loadBalancers.update("incusbr0", listen_address, {})).rejects.toMatchObject(refusal);
          await expect(loadBalancers.patch("incusbr0", listen_address, {})).rejects.toMatchObject(refusal);
          await expect(loadBalancers.delete("incusbr0", listen_address)).rejects.toMatchObject(refusal);
        },
        { on: "incus" },
      );
      return;
    }

    covers(
      [
        "GET /1.0/networks/{name}/peers",
        "POST /1.0/networks/{name}/peers",
        "GET /1.0/networks/{name}/peers/{peerName}",
        "PUT /1.0/networks/{name}/peers/{peerName}",
        "PATCH /1.0/networks/{name}/peers/{peerName}",
        "DELETE /1.0/networks/{name}/peers/{peerName}",
      ],
      "two networks become peers, and one of them ends it",
      async ({ client: { networks }, raw, name }) => {
        const { peers } = networks;
        const [left, right] = [`${name.replace("route-", "n")}l`, `${name.replace("route-", "n")}r`];
        const path = `/1.0/networks/${left}/peers/to-right`;
        const other = `/1.0/networks/${right}/peers/to-left`;
        try {
          for (const network of [left, right]) {
            await networks.create({
              name: network,
              type: "ovn",
              config: { network: ovnUplink, "ipv6.address": "none" },
            });
          }
          const toRight = { name: "to-right", target_network: right, config: { "user.a": "1" } };
          await peers.create(left, toRight);
          expect(await raw(path)).toMatchObject({ ...toRight, target_project: "default", status: "Pending" });
          await peers.create(right, { name: "to-left", target_project: "default", target_network: left });
          expect(await raw(path)).toMatchObject({ status: "Created" });
          expect(await raw(other)).toMatchObject({ status: "Created", target_network: left });
          expect(await peers.listUrls(left)).toEqual([path]);
          const { value } = await peers.get(left, "to-right");
          expect(value).toMatchObject({ ...toRight, description: "", status: "Created" });
          expect(await peers.list(left)).toEqual([value]);

          await peers.update(left, "to-right", { description: "replaced", config: { "user.b": "2" } });
          expect(await raw(path)).toMatchObject({ description: "replaced", config: { "user.b": "2" } });
          // It replaces, too.
          await peers.patch(left, "to-right", { description: "patched" });
          expect(await raw(path)).toMatchObject({ description: "patched", config: {} });

          await peers.delete(left, "to-right");
          expect(await raw(path)).toBeNull();
          expect(await raw(other)).toMatchObject({ status: "Errored" });
          await peers.delete(right, "to-left");
          expect(await peers.list(right)).toEqual([]);
        } finally {
          await Promise.allSettled([peers.delete(left, "to-right"), peers.delete(right, "to-left")]);
          await Promise.allSettled([networks.delete(left), networks.delete(right)]);
        }
      },
    );

    covers(
      ["GET /1.0/networks/{name}/peers"],
      "a list of peers is filtered",
      async ({ client: { networks }, raw, name }) => {
        const network = name.replace("route-", "n");
        try {
          await networks.create({ name: network, type: "ovn", config: { network: ovnUplink, "ipv6.address": "none" } });
          await networks.peers.create(network, { name: "one", target_network: "somewhere" });
          await networks.peers.create(network, { name: "two", target_network: "elsewhere" });
          expect(await networks.peers.list(network, { filter: "name eq two" })).toEqual([
            await raw(`/1.0/networks/${network}/peers/two`),
          ]);
        } finally {
          await Promise.allSettled(["one", "two"].map((peer) => networks.peers.delete(network, peer)));
          await networks.delete(network);
        }
      },
      { on: "incus" },
    );

    covers(
      [
        "GET /1.0/networks/{name}/load-balancers",
        "POST /1.0/networks/{name}/load-balancers",
        "GET /1.0/networks/{name}/load-balancers/{listenAddress}",
        "GET /1.0/networks/{name}/load-balancers/{listenAddress}/state",
        "PUT /1.0/networks/{name}/load-balancers/{listenAddress}",
        "PATCH /1.0/networks/{name}/load-balancers/{listenAddress}",
        "DELETE /1.0/networks/{name}/load-balancers/{listenAddress}",
      ],
      "a load balancer is made, changed and removed",
      async ({ client: { networks }, raw, name }) => {
        const { loadBalancers } = networks;
        const network = name.replace("route-", "n");
        const listen_address = "198.51.100.80";
        const path = `/1.0/networks/${network}/load-balancers/${listen_address}`;
        try {
          await networks.create({ name: network, type: "ovn", config: { network: ovnUplink, "ipv6.address": "none" } });
          const { value: made } = await networks.get(network);
          const target_address = (made.config["ipv4.address"] ?? "").replace(/\d+\/24$/, "9");
          const backends = [{ name: "web", target_address, target_port: "8080" }];
          const ports = [{ protocol: "tcp", listen_port: "80", target_backend: ["web"] }];
          await loadBalancers.create(network, { listen_address, backends, ports, config: { "user.a": "1" } });
          expect(await raw(path)).toMatchObject({ listen_address, backends, ports, config: { "user.a": "1" } });
          expect(await loadBalancers.listUrls(network)).toEqual([path]);
          const { value } = await loadBalancers.get(network, listen_address);
          expect(value).toMatchObject({ description: "", backends, ports });
          expect(await loadBalancers.list(network, { filter: `listen_address eq ${listen_address}` })).toEqual([value]);
          expect(await loadBalancers.list(network, { filter: "listen_address eq 198.51.100.1" })).toEqual([]);
          expect(await loadBalancers.state(network, listen_address)).toEqual({ backend_health: {} });

          // Without `config`, which the server cannot bear where there is some.
          await loadBalancers.patch(network, listen_address, { description: "patched" });
          expect(await raw(path)).toMatchObject({ description: "patched", backends, ports, config: { "user.a": "1" } });
          await loadBalancers.update(network, listen_address, { description: "replaced", backends });
          expect(await raw(path)).toMatchObject({ description: "replaced", backends, ports: [], config: {} });
          await loadBalancers.delete(network, listen_address);
          expect(await raw(path)).toBeNull();
        } finally {
          await networks.delete(network);
        }
      },
      { on: "incus" },
    );
  },
  { members: 1, prepare: (real) => (withOvn.has(real.flavour) ? startOvn(real) : Promise.resolve()) },
);
