import { expect, test } from "vitest";
import { clusterSchema } from "./cluster.ts";
import { clusterGroupSchema } from "./cluster-group.ts";
import { clusterMemberSchema, clusterMemberStateSchema } from "./cluster-member.ts";

// Samples of clusters of three, as LXD 5.0.2 and Incus 6.0.4 sent them.
test("a server alone also says what a member would have to answer", () => {
  const key = { entity: "storage-pool", name: "default", key: "source", value: "", description: "d" };
  const alone = { server_name: "", enabled: false, member_config: [key] };
  expect(clusterSchema.parse(alone)).toEqual(alone);
  expect(clusterSchema.parse({ server_name: "m1", enabled: true, member_config: null }).member_config).toEqual([]);
});

test("a member", () => {
  const member = {
    roles: ["database-leader", "database"],
    failure_domain: "default",
    description: "",
    config: {},
    groups: ["default"],
    server_name: "m1",
    url: "https://127.0.0.1:39405",
    database: true,
    status: "Online",
    message: "Fully operational",
    architecture: "x86_64",
  };
  expect(clusterMemberSchema.parse(member)).toEqual(member);
  expect(clusterMemberSchema.parse({ ...member, roles: null, config: null })).toMatchObject({ roles: [], config: {} });
});

test("the state of a member of Incus", () => {
  const sysinfo = {
    uptime: 6319,
    load_averages: [8.84, 8.64, 7.49],
    total_ram: 25_325_268_992,
    free_ram: 19_302_649_856,
    shared_ram: 9_281_536,
    buffered_ram: 568_598_528,
    total_swap: 0,
    free_swap: 0,
    processes: 730,
  };
  const pool = {
    space: { used: 26_399_539_200, total: 270_553_174_016 },
    inodes: { used: 497_335, total: 16_777_216 },
  };
  const state = { sysinfo, storage_pools: { default: pool } };
  expect(clusterMemberStateSchema.parse(state)).toEqual(state);
});

test("a new group has no members", () => {
  expect(clusterGroupSchema.parse({ description: "", members: null, name: "g1" }).members).toEqual([]);
});
