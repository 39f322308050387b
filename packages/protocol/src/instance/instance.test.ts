import { expect, test } from "vitest";
import { instanceFullSchema, instanceSchema } from "./instance.ts";
import { instanceStateSchema } from "./instance-state.ts";

// Samples as LXD 5.0.2 and Incus 6.0.4 sent them, shortened.
const loopback = {
  addresses: [{ family: "inet", address: "127.0.0.1", netmask: "8", scope: "local" }],
  counters: { bytes_received: 776, bytes_sent: 1200, packets_received: 3, packets_sent: 8, errors_received: 0 },
  hwaddr: "",
  host_name: "",
  mtu: 65_536,
  state: "up",
  type: "loopback",
};
const lxdState = {
  status: "Running",
  status_code: 103,
  disk: {},
  memory: { usage: 565_248, usage_peak: 1_830_912, swap_usage: 0, swap_usage_peak: 0 },
  network: { lo: loopback },
  pid: 177,
  processes: 3,
  cpu: { usage: 19_549_237 },
};
const incusState = {
  ...lxdState,
  memory: { usage: 569_344, usage_peak: 1_572_864, total: 67_108_864, swap_usage: 0, swap_usage_peak: 0 },
  cpu: { usage: 17_969_306, allocated_time: 1_000_000_000 },
  started_at: "2026-11-22T03:50:45.342318938Z",
  os_info: null,
};

test("the state of LXD has no totals", () => {
  const state = instanceStateSchema.parse(lxdState);
  expect(state.memory.total).toBeUndefined();
  expect(state.cpu).toEqual({ usage: 19_549_237 });
  expect(state.network["lo"]?.counters).toMatchObject({ bytes_sent: 1200, packets_dropped_inbound: 0 });
});

test("the state of Incus tells more", () => {
  expect(instanceStateSchema.parse(incusState)).toMatchObject({
    memory: { total: 67_108_864 },
    cpu: { allocated_time: 1_000_000_000 },
    started_at: "2026-11-22T03:50:45.342318938Z",
    os_info: null,
  });
});

test("the state of a stopped instance is empty", () => {
  const stopped = { status: "Stopped", status_code: 102, disk: null, memory: {}, network: null, pid: 0, processes: 0 };
  expect(instanceStateSchema.parse({ ...stopped, cpu: { usage: 0 } })).toMatchObject({
    disk: {},
    network: {},
    memory: { usage: 0, usage_peak: 0, swap_usage: 0, swap_usage_peak: 0 },
  });
});

test("a full instance has its state, snapshots and backups", () => {
  const full = instanceFullSchema.parse({
    architecture: "x86_64",
    config: { "volatile.uuid": "80d4e055-fb8d-468a-8545-8e501b33b78d" },
    devices: {},
    ephemeral: false,
    profiles: ["default", "prof1"],
    stateful: false,
    description: "",
    created_at: "2026-11-22T03:50:44.043908189Z",
    expanded_config: {},
    expanded_devices: { root: { path: "/", pool: "default", type: "disk" } },
    name: "c1",
    status: "Running",
    status_code: 103,
    last_used_at: "1970-01-01T00:00:00Z",
    location: "none",
    type: "container",
    project: "default",
    backups: [
      {
        name: "b1",
        created_at: "2026-11-22T03:50:46Z",
        expires_at: "0001-01-01T00:00:00Z",
        instance_only: true,
        container_only: true,
        optimized_storage: false,
      },
    ],
    state: lxdState,
    snapshots: [{ name: "s1", expires_at: "2040-01-01T00:00:00Z", profiles: ["default"], size: -1, stateful: false }],
  });
  expect(full).toMatchObject({
    backups: [{ name: "b1", instance_only: true, container_only: true }],
    snapshots: [{ name: "s1", size: -1, config: {}, devices: {} }],
    state: { pid: 177 },
  });
});

test("an instance of a kind that the API does not have is refused", () => {
  expect(instanceSchema.safeParse({ name: "c1", type: "teapot" }).success).toBe(false);
});
