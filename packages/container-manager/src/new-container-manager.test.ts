import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startFakeServer } from "@lxdkit/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createManagerConfig, type ManagerConfig } from "./configuration/manager-config.ts";
import { model } from "./manager-stage.test-support.ts";
import { newContainerManager } from "./new-container-manager.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "lxdkit-manager-"));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

function config(): ManagerConfig {
  return createManagerConfig({ "model-uuid": model });
}

// Row 27 of the manager's cases.
test.each(["foo", "kvm", ""])("row 27: the type %j is unknown", (type) => {
  expect(() => newContainerManager(type, config(), { local: { environment: {} } })).toThrow(
    expect.objectContaining({
      code: "CONTAINER_TYPE_UNKNOWN",
      message: `unknown container type: ${JSON.stringify(type)}`,
    }),
  );
});

describe.each(["lxd", "incus"] as const)("the local %s", (flavour) => {
  const variable = flavour === "lxd" ? "LXD_DIR" : "INCUS_DIR";

  test("is opened when it is there, and asked for again while it is not", async () => {
    const isSocket = (path: string): boolean => path.startsWith(directory) && isThere;
    let isThere = false;
    await using manager = newContainerManager(flavour, config(), {
      local: { environment: { [variable]: directory }, isSocket },
    });
    expect(manager.namespace.prefix()).toBe("juju-c3d479-");
    expect(await manager.isInitialized()).toBe(false);
    await expect(manager.listContainers()).rejects.toMatchObject({ code: "SERVER_UNSUPPORTED" });
    await using fake = await startFakeServer({ flavour, directory });
    isThere = true;
    expect(await manager.isInitialized()).toBe(true);
    expect(await manager.listContainers()).toEqual([]);
    await Promise.all([manager.listContainers(), manager.listContainers()]);
    expect(fake.requests.filter(({ path }) => path === "/1.0")).toHaveLength(1);
  });

  test("that does not answer is told as such, and tried again", async () => {
    await using fake = await startFakeServer({ flavour, directory });
    fake.failRequest({ path: "/1.0", status: 500, error: "database is locked", times: 1 });
    await using manager = newContainerManager(flavour, config(), { local: { environment: { [variable]: directory } } });
    await expect(manager.listContainers()).rejects.toMatchObject({
      code: "SERVER_NOT_OPENED",
      message: expect.stringMatching(/^initializing local LXD server: .*database is locked/) as string,
    });
    expect(await manager.listContainers()).toEqual([]);
  });
});
