import assert from "node:assert/strict";
import type { InstanceAddress, InstanceState, Operation } from "@lxdkit/protocol";
import { eui64 } from "../instances/instance-network.ts";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { bringTo, changeState, readInstance, readState, withInstance } from "./own-instance.ts";
import { assertRefused, assertSync, eventually, fails, get, send, succeeds } from "./raw-http.ts";

/** Starting, stopping and the states in between. */
export const lifecycleCases: readonly ContractCase[] = [
  {
    name: "a stopped instance has a state without network",
    async run(target) {
      await withInstance(target, async (path) => {
        const answer = await get(target, `${path}/state`);
        assertSync(answer);
        assert.equal(answer.headers.etag, undefined);
        const incus = target.flavour === "incus";
        assert.deepEqual(answer.metadata, {
          status: "Stopped",
          status_code: 102,
          disk: {},
          memory: { usage: 0, usage_peak: 0, ...(incus ? { total: 0 } : {}), swap_usage: 0, swap_usage_peak: 0 },
          network: null,
          pid: 0,
          processes: 0,
          cpu: { usage: 0, ...(incus ? { allocated_time: 0 } : {}) },
          ...(incus ? { started_at: "0001-01-01T00:00:00Z", os_info: null } : {}),
        });
      });
    },
  },
  {
    name: "start runs the instance, changes its volatile keys and so its ETag; stop changes them back",
    async run(target) {
      await withInstance(target, async (path) => {
        const stopped = await readInstance(target, path);
        const operation = await succeeds(target, await changeState(target, path, { action: "start", timeout: -1 }));
        assert.equal(operation.description, "Starting instance");
        assert.deepEqual(operation.resources, { instances: [path] });
        const running = await readInstance(target, path);
        assert.equal(running.instance.status, "Running");
        assert.equal(running.instance.status_code, 103);
        assert.notEqual(running.etag, stopped.etag);
        assert.equal(running.instance.config["volatile.last_state.power"], "RUNNING");
        assert.equal(running.instance.config["volatile.apply_template"], undefined);
        assert.ok(Object.keys(running.instance.config).some((key) => key.endsWith(".host_name")));
        assert.notEqual(running.instance.last_used_at, stopped.instance.last_used_at);

        await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
        const again = await readInstance(target, path);
        assert.equal(again.instance.status, "Stopped");
        assert.equal(again.instance.config["volatile.last_state.power"], "STOPPED");
        assert.ok(!Object.keys(again.instance.config).some((key) => key.endsWith(".host_name")));
      });
    },
  },
  {
    name: "a running instance takes an address of the bridge by DHCP",
    async run(target) {
      await withInstance(target, async (path) => {
        await bringTo(target, path, { action: "start" });
        const { instance } = await readInstance(target, path);
        const [device, nic] = Object.entries(instance.expanded_devices).find(([, { type }]) => type === "nic") ?? [];
        assert.ok(device !== undefined && nic !== undefined);
        const name = nic["name"] ?? device;
        const state = await eventually("an IPv4 and a link-local address", async () => {
          const now = await readState(target, path);
          const families = now.network[name]?.addresses.map(({ family, scope }) => `${family} ${scope}`) ?? [];
          return families.includes("inet global") && families.includes("inet6 link") ? now : undefined;
        });
        const { addresses, ...rest } = state.network[name] ?? { addresses: [] as InstanceAddress[] };
        const subnet = await bridgeSubnet(target, nic["network"] ?? "");
        const inet = addresses.find(({ family }) => family === "inet");
        assert.equal(inet?.address.replace(/\d+$/, ""), subnet);
        assert.equal(inet?.netmask, "24");
        const mac = instance.config[`volatile.${device}.hwaddr`] ?? "";
        const link = addresses.find(({ scope }) => scope === "link");
        assert.equal(link?.address, eui64("fe80:", mac));
        assert.equal(link?.netmask, "64");
        const { counters, ...settings } = rest as Record<string, unknown>;
        assert.equal(Object.keys(counters as object).length, 8);
        assert.deepEqual(settings, {
          hwaddr: mac,
          host_name: instance.config[`volatile.${device}.host_name`],
          mtu: 1500,
          state: "up",
          type: "broadcast",
        });
        assertRunning(state);
      });
    },
  },
  {
    name: "a change that does not fit the state fails in the operation",
    async run(target) {
      const incus = target.flavour === "incus";
      await withInstance(target, async (path) => {
        const ask = (action: string): ReturnType<typeof changeState> =>
          changeState(target, path, { action, force: true, timeout: -1 });
        await fails(target, await ask("stop"), "The instance is already stopped");
        await fails(target, await ask("restart"), "The instance is already stopped");
        await fails(target, await ask("freeze"), `The ${incus ? "instance" : "container"} isn't running`);
        await fails(target, await ask("unfreeze"), "The container isn't running");
        await bringTo(target, path, { action: "start" });
        await fails(target, await ask("start"), "The instance is already running");
        await fails(target, await ask("unfreeze"), "The container is already running");
        assertRefused(await send(target, "DELETE", path), 400, "Instance is running");
        await bringTo(target, path, { action: "freeze" });
        await fails(target, await ask("freeze"), "The container is already frozen");
        await fails(target, await ask("start"), "The instance is already running");
        assertRefused(await send(target, "DELETE", path), 400, "Instance is running");
      });
    },
  },
  {
    name: "freeze and unfreeze; a frozen instance can be stopped by force",
    async run(target) {
      await withInstance(target, async (path) => {
        await bringTo(target, path, { action: "start" });
        await bringTo(target, path, { action: "freeze" });
        const frozen = await readState(target, path);
        assert.equal(frozen.status, "Frozen");
        assert.equal(frozen.status_code, 110);
        await bringTo(target, path, { action: "unfreeze" });
        assert.equal((await readState(target, path)).status, "Running");
        await bringTo(target, path, { action: "freeze" });
        await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
        assert.equal((await readState(target, path)).status, "Stopped");
      });
    },
  },
  {
    name: "restart by force leaves it running, with another process",
    async run(target) {
      await withInstance(target, async (path) => {
        await bringTo(target, path, { action: "start" });
        const before = await readState(target, path);
        await bringTo(target, path, { action: "restart", force: true, timeout: -1 });
        const after = await readState(target, path);
        assert.equal(after.status, "Running");
        assert.notEqual(after.pid, before.pid);
      });
    },
  },
  {
    name: "a graceful stop ends with the instance stopped",
    async run(target) {
      await withInstance(target, async (path) => {
        await bringTo(target, path, { action: "start" });
        // Once the address is there, the processes inside are up and hear the signal to shut down.
        await eventually("an address", async () => {
          const { network } = await readState(target, path);
          return Object.values(network).some(({ addresses }) => addresses.some(({ scope }) => scope === "global"))
            ? true
            : undefined;
        });
        await bringTo(target, path, { action: "stop", timeout: 30 });
        assert.equal((await readState(target, path)).status, "Stopped");
      });
    },
  },
  {
    name: "an ephemeral instance is gone after its stop",
    async run(target) {
      await withInstance(
        target,
        async (path) => {
          await bringTo(target, path, { action: "start" });
          await bringTo(target, path, { action: "stop", force: true, timeout: -1 });
          await eventually("the instance is gone", async () =>
            (await get(target, path)).status === 404 ? true : undefined,
          );
        },
        { ephemeral: true },
      );
    },
  },
  {
    name: "an unknown action and a body that is no JSON are 400; Incus looks at the body before it looks for the instance",
    async run(target) {
      const nobody = "/1.0/instances/no-such-instance/state";
      assertRefused(await send(target, "PUT", nobody, { body: "{bad" }), target.flavour === "lxd" ? 404 : 400);
      await withInstance(target, async (path) => {
        assertRefused(await changeState(target, path, { action: "dance" }), 400, "Unknown action: 'dance'");
        assertRefused(await send(target, "PUT", `${path}/state`, { body: "{bad" }), 400);
      });
    },
  },
  {
    name: "Incus tells those who wait for a failed change with an error envelope, LXD with the operation",
    async run(target) {
      await withInstance(target, async (path) => {
        const answer = await changeState(target, path, { action: "stop", force: true });
        const waited = await get(target, `${answer.headers.location}/wait?timeout=10`);
        const text = "The instance is already stopped";
        assert.equal(waited.status, 200);
        if (target.flavour === "lxd") {
          const { status, err } = waited.metadata as Operation;
          assert.deepEqual([status, err], ["Failure", text]);
          return;
        }
        const { error, error_code, metadata, type } = waited.body as Record<string, unknown>;
        assert.deepEqual([type, error_code, error, metadata], ["error", 400, text, null]);
        assert.equal(waited.headers["transfer-encoding"], "chunked");
      });
    },
  },
];

async function bridgeSubnet(target: ContractTarget, network: string): Promise<string> {
  const { config } = (await get(target, `/1.0/networks/${network}`)).metadata as { config: Record<string, string> };
  return config["ipv4.address"]?.replace(/\d+\/24$/, "") ?? "";
}

function assertRunning(state: InstanceState): void {
  assert.equal(state.status, "Running");
  assert.equal(state.status_code, 103);
  assert.ok(state.pid > 0);
  assert.ok(state.processes > 0);
  const { addresses, mtu, type } = state.network["lo"] ?? { addresses: [] };
  assert.deepEqual(
    addresses.map(({ address, netmask, scope }) => [address, netmask, scope]),
    [
      ["127.0.0.1", "8", "local"],
      ["::1", "128", "local"],
    ],
  );
  assert.deepEqual([mtu, type], [65_536, "loopback"]);
}
