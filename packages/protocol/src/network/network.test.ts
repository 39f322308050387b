import { expect, test } from "vitest";
import { networkAllocationSchema, networkLeaseSchema, networkSchema } from "./network.ts";
import { networkAclSchema } from "./network-acl.ts";
import { networkForwardSchema } from "./network-forward.ts";
import { networkIntegrationSchema } from "./network-integration.ts";
import { networkLoadBalancerSchema, networkLoadBalancerStateSchema } from "./network-load-balancer.ts";
import { networkPeerSchema } from "./network-peer.ts";
import { networkStateSchema } from "./network-state.ts";
import { networkZoneRecordSchema, networkZoneSchema } from "./network-zone.ts";

// Samples as LXD 5.0.2 and Incus 6.0.4 sent them; load balancers and peers need OVN, and are made by their field names.
test("a managed bridge of both families", () => {
  const bridge = {
    config: { "ipv4.address": "10.126.169.1/24", "ipv4.nat": "true", "ipv6.address": "none" },
    description: "",
    name: "lxdbr0",
    type: "bridge",
    used_by: ["/1.0/profiles/default"],
    managed: true,
    status: "Created",
    locations: ["none"],
  };
  expect(networkSchema.parse(bridge)).toEqual(bridge);
  expect(networkSchema.parse({ ...bridge, project: "default" }).project).toBe("default");
});

test("an interface of the host has no configuration", () => {
  const lo = { config: null, description: "", name: "lo", type: "loopback", used_by: null, managed: false };
  expect(networkSchema.parse({ ...lo, status: "", locations: null })).toMatchObject({
    config: {},
    used_by: [],
    locations: [],
  });
});

test("the state of a bridge", () => {
  const state = networkStateSchema.parse({
    addresses: [{ family: "inet", address: "10.126.169.1", netmask: "24", scope: "global" }],
    counters: { bytes_received: 1088, bytes_sent: 686, packets_received: 8, packets_sent: 2 },
    hwaddr: "00:16:3e:35:79:25",
    mtu: 1500,
    state: "up",
    type: "broadcast",
    bond: null,
    bridge: { id: "8000.00163e357925", stp: false, forward_delay: 1500, vlan_default: 0, upper_devices: null },
    vlan: null,
    ovn: null,
  });
  expect(state).toMatchObject({
    bond: null,
    bridge: { forward_delay: 1500, vlan_filtering: false, upper_devices: [] },
    counters: { bytes_sent: 686, errors_received: 0 },
  });
});

test("leases and allocations", () => {
  const gateway = { hostname: "lxdbr0.gw", hwaddr: "", address: "10.126.169.1", type: "gateway", location: "" };
  expect(networkLeaseSchema.parse(gateway)).toEqual(gateway);
  const allocation = {
    addresses: "10.185.199.1/24",
    hwaddr: "",
    nat: true,
    type: "network",
    used_by: "/1.0/networks/n",
  };
  expect(networkAllocationSchema.parse(allocation)).toEqual(allocation);
});

test("a forward", () => {
  const port = { description: "", protocol: "tcp", listen_port: "80", target_port: "8080", target_address: "10.0.0.7" };
  const forward = { description: "f", config: {}, ports: [port], listen_address: "192.0.2.1", location: "none" };
  expect(networkForwardSchema.parse(forward)).toEqual(forward);
});

test("the rules of an ACL read what the server left out as empty", () => {
  const rule = { action: "allow", source: "10.0.0.0/8", protocol: "tcp", destination_port: "80", state: "enabled" };
  const acl = networkAclSchema.parse({ name: "acl1", description: "", egress: null, ingress: [rule], config: {} });
  expect(acl).toMatchObject({ egress: [], ingress: [{ ...rule, icmp_type: "", source_port: "" }], used_by: [] });
});

test("a zone and a record", () => {
  const zone = { description: "", config: { "user.a": "1" }, name: "z1.example", used_by: [], project: "" };
  expect(networkZoneSchema.parse(zone)).toEqual(zone);
  const record = { description: "", entries: [{ type: "A", ttl: 300, value: "10.0.0.1" }], config: {}, name: "www" };
  expect(networkZoneRecordSchema.parse(record)).toEqual(record);
});

test("an integration", () => {
  const integration = { description: "", config: {}, name: "ni1", type: "ovn", used_by: [] };
  expect(networkIntegrationSchema.parse(integration)).toEqual(integration);
});

test("a load balancer, its state, and a peer read null as empty", () => {
  const balancer = { listen_address: "192.0.2.1", ports: [{ target_backend: null }], backends: [{ name: "b" }] };
  expect(networkLoadBalancerSchema.parse(balancer)).toMatchObject({
    config: {},
    ports: [{ target_backend: [] }],
    backends: [{ name: "b", target_address: "" }],
  });
  expect(networkLoadBalancerStateSchema.parse({ backend_health: null })).toEqual({ backend_health: {} });
  expect(networkPeerSchema.parse({ name: "p", used_by: null })).toMatchObject({ used_by: [], target_network: "" });
});
