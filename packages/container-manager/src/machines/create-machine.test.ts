import { flavourTitle } from "@lxdkit/protocol";
import { withInstance, withProfile } from "@lxdkit/testing";
import { describe, expect, test } from "vitest";
import { jammy, listen, model, openManagerStage, twinModel } from "../manager-stage.test-support.ts";
import type { MachineRequest } from "./machine-request.ts";

const name = "juju-c3d479-1-lxd-0";
const request: MachineRequest = { machineId: "1/lxd/0", series: "jammy" };

// The numbers are those of the cases of the manager.
describe.each(["lxd", "incus"] as const)("on %s", (flavour) => {
  const acquiring = { status: "allocating", message: `acquiring ${flavourTitle(flavour)} image` };
  const spec = { status: "allocating", message: "Creating container spec" };
  const creating = { status: "allocating", message: "Creating container" };
  const running = { status: "running", message: "Container started" };

  test("row 7: the image is there: each step is told, and the container is as asked for", async () => {
    await using stage = await openManagerStage({ flavour, setup: [withProfile({ name: "juju-model" })] });
    const { told, onStatus } = listen();
    const asked: MachineRequest = {
      ...request,
      profiles: ["default", "juju-model"],
      userData: "#cloud-config\n{}\n",
      networkData: "version: 2\n",
      config: { "user.juju-is-controller": "true", "user.juju-model": "mine" },
    };
    const created = await stage.manager.createContainer(asked, { onStatus, waitFor: "address" });
    expect(told).toEqual([spec, acquiring, creating, running]);
    expect(created).toMatchObject({
      instance: { id: name, machineId: "1/lxd/0" },
      hardware: { arch: "amd64", virtType: "container", availabilityZone: "z" },
      origin: "created",
    });
    expect(created.addresses[0]?.family).toBe("ipv4");
    expect(String(created.instance)).toBe(`lxd:${name}`);
    const { value } = await stage.server.client.instances.get(name);
    expect(value).toMatchObject({
      status: "Running",
      profiles: ["default", "juju-model"],
      config: {
        "user.user-data": "#cloud-config\n{}\n",
        "user.network-config": "version: 2\n",
        "boot.autostart": "true",
        "user.juju-model": model,
        "user.juju-is-controller": "true",
        "user.lxdkit.series": "jammy",
      },
    });
  });

  test("row 9: the creation fails: nothing is removed, since nothing is there", async () => {
    await using stage = await openManagerStage({ flavour });
    stage.fake.failOperation({ method: "POST", path: "/1.0/instances", err: "create failed" });
    const { told, onStatus } = listen();
    await expect(stage.manager.createContainer(request, { onStatus })).rejects.toMatchObject({
      code: "CONTAINER_NOT_CREATED",
      message: expect.stringContaining("create failed") as string,
    });
    expect(told.at(-1)).toEqual({
      status: "provisioning error",
      message: expect.stringMatching(/^Creating container: .*create failed/) as string,
    });
    expect(stage.asked().filter((line) => line.startsWith("DELETE"))).toEqual([]);
    expect(await stage.server.client.instances.list()).toEqual([]);
  });

  test("row 10: the start fails: the container is removed", async () => {
    await using stage = await openManagerStage({ flavour });
    stage.fake.failOperation({ method: "PUT", path: `/1.0/instances/${name}/state`, err: "no start" });
    const { told, onStatus } = listen();
    await expect(stage.manager.createContainer(request, { onStatus })).rejects.toMatchObject({
      code: "CONTAINER_NOT_STARTED",
    });
    expect(told.at(-1)?.message).toMatch(/^Creating container: .*no start/);
    expect(stage.asked()).toContain(`DELETE /1.0/instances/${name}`);
    expect(await stage.server.client.instances.list()).toEqual([]);
  });

  test("row 11: no image: the error names each place, and is one of the spec", async () => {
    await using stage = await openManagerStage({
      flavour,
      images: [],
      manager: { imageSources: ["https://127.0.0.1:1"] },
    });
    stage.fake.failRequest({ path: /^\/1\.0\/images\/aliases\//, status: 404, error: "not there" });
    const { told, onStatus } = listen();
    await expect(stage.manager.createContainer(request, { onStatus })).rejects.toMatchObject({
      code: "IMAGE_SEARCH_FAILED",
      message: expect.stringContaining("https://127.0.0.1:1") as string,
    });
    expect(told.map(({ status }) => status)).toEqual(["allocating", "allocating", "provisioning error"]);
    expect(told.at(-1)?.message).toMatch(/^Creating container spec: /);
  });

  test("row 18 of the regressions: the image is that of the server's architecture", async () => {
    await using stage = await openManagerStage({
      flavour,
      architecture: "aarch64",
      images: [jammy, { aliases: ["juju/jammy/arm64"] }],
    });
    expect((await stage.manager.createContainer(request)).hardware.arch).toBe("arm64");
  });

  // The original has a zone that is empty.
  test("row 28: without a zone there is none", async () => {
    await using stage = await openManagerStage({ flavour, config: { "availability-zone": "" } });
    const { hardware } = await stage.manager.createContainer(request);
    expect(hardware).toEqual({ arch: "amd64", virtType: "container" });
    expect(stage.notices).toEqual([{ level: "information", message: "no availability zone is configured" }]);
  });

  test("constraints become limits, and a pool that is not there is told before anything is made", async () => {
    await using stage = await openManagerStage({ flavour });
    await stage.manager.createContainer({ ...request, constraints: { cores: 2, mem: 512, rootDisk: 4096 } });
    expect((await stage.server.client.instances.get(name)).value).toMatchObject({
      config: { "limits.cpu": "2", "limits.memory": "512MiB" },
      devices: { root: { size: "4096MiB", pool: "default" } },
    });
    const other = { ...request, machineId: "2", constraints: { rootDiskSource: "gone" } };
    stage.asked();
    await expect(stage.manager.createContainer(other)).rejects.toMatchObject({ code: "POOL_NOT_FOUND" });
    expect(stage.asked().filter((line) => line.startsWith("POST"))).toEqual([]);
  });

  test("a storage configuration is ignored, which is told once", async () => {
    await using stage = await openManagerStage({ flavour });
    for (const machineId of ["0", "1"]) {
      await stage.manager.createContainer({ ...request, machineId, storage: { allowMount: true } });
    }
    expect(stage.notices).toEqual([
      {
        level: "warning",
        message: "containers cannot mount block devices: the storage configuration is ignored",
      },
    ]);
  });

  test("a bad machine id sends nothing; a listener that throws does no harm", async () => {
    await using stage = await openManagerStage({ flavour });
    stage.asked();
    await expect(stage.manager.createContainer({ ...request, machineId: "foo" })).rejects.toMatchObject({
      code: "MACHINE_ID_INVALID",
    });
    expect(stage.asked()).toEqual([]);
    const onStatus = (): never => {
      throw new Error("deaf");
    };
    expect((await stage.manager.createContainer(request, { onStatus })).origin).toBe("created");
  });

  test.each([twinModel, undefined])(
    "row 14 of the regressions: a name that is taken by the model %s is refused",
    async (owner) => {
      const config = owner === undefined ? {} : { "user.juju-model": owner };
      await using stage = await openManagerStage({ flavour, setup: [withInstance({ name, config })] });
      const { etag } = await stage.server.client.instances.get(name);
      await expect(stage.manager.createContainer(request)).rejects.toMatchObject({
        code: "CONTAINER_FOREIGN",
        hint: expect.stringContaining("not touched") as string,
      });
      expect((await stage.server.client.instances.get(name)).etag).toBe(etag);
    },
  );

  test("an abort leaves nothing and is told", async () => {
    await using stage = await openManagerStage({ flavour });
    const ends = new AbortController();
    const reason = new Error("enough");
    const { told, onStatus } = listen();
    const made = stage.manager.createContainer(request, {
      signal: ends.signal,
      onStatus,
      onProgress: ({ step }) => {
        if (step === "starting") ends.abort(reason);
      },
    });
    await expect(made).rejects.toBe(reason);
    expect(told.at(-1)).toEqual({ status: "provisioning error", message: "Creating container: enough" });
    expect(await stage.server.client.instances.list()).toEqual([]);
  });
});
