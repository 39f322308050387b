import { describe, expect, test } from "vitest";
import { changeState, fromImage, post } from "../contract/own-instance.ts";
import { listenToEvents } from "../contract/raw-events.ts";
import { type Answer, get, operationEnd, send } from "../contract/raw-http.ts";
import { startFakeServer } from "../fake-server.ts";
import { withInstance } from "../setup/with-instance.ts";
import { withImage, withPool } from "../setup/with-objects.ts";
import { targetOf } from "../fake-target.ts";

const setup = [withImage({ aliases: ["tiny"] }), withPool({ name: "other" }), withInstance({ name: "c1" })];

describe.each(["lxd", "incus"] as const)("a fake %s whose disk is full", (flavour) => {
  test("makes no instance, and leaves none behind; nobody is told that it is gone again", async () => {
    await using fake = await startFakeServer({ flavour, setup });
    const target = targetOf(fake);
    const events = await listenToEvents(target, "?type=lifecycle");
    const disk = fake.fillDisk();
    const endOf = async (body: unknown): Promise<string> => (await operationEnd(target, await post(target, body))).err;
    expect(await endOf(fromImage(target, "c2"))).toBe(
      "Failed creating instance from image: Unable to unpack image, run out of disk space",
    );
    expect(await endOf({ name: "c3", profiles: ["default"], source: { type: "copy", source: "c1" } })).toBe(
      "Create instance from copy: Create instance volume from copy failed: Unable to unpack image, run out of disk space",
    );
    expect((await get(target, "/1.0/instances")).metadata).toEqual(["/1.0/instances/c1"]);
    disk.remove();
    expect([await endOf(fromImage(target, "c2")), disk.hits]).toEqual(["", 2]);
    await events.find("the last instance", (event) => JSON.stringify(event).includes("/1.0/instances/c2"));
    expect(JSON.stringify(events.all)).not.toContain("instance-deleted");
    events.close();
  });

  test("takes no image, by upload or of an instance, no snapshot and no backup", async () => {
    await using fake = await startFakeServer({ flavour, setup });
    const target = targetOf(fake);
    fake.fillDisk();
    const upload = await send(target, "POST", "/1.0/images", {
      body: "bytes",
      headers: { "Content-Type": "application/octet-stream" },
    });
    expect(upload.status).toBe(500);
    expect(upload.error).toMatch(
      new RegExp(
        `^write ${fake.directory}/images/${flavour}_build_\\d+/${flavour}_post_\\d+: no space left on device$`,
      ),
    );
    const endOf = async (path: string, body: unknown): Promise<string> =>
      (await operationEnd(target, await send(target, "POST", path, { body }))).err;
    expect(await endOf("/1.0/images", { source: { type: "instance", name: "c1" } })).toBe("signal: broken pipe");
    const err = await endOf("/1.0/instances/c1/snapshots", { name: "s1" });
    const folder = `${fake.directory}/storage-pools/default`;
    expect(err).toContain(`-q ${folder}/containers/c1/ ${folder}/containers-snapshots/c1/s1: exit status 11`);
    expect(await endOf("/1.0/instances/c1/backups", { name: "b1" })).toMatch(/^Create backup: .*: io: read\/write on/);
    expect((await get(target, "/1.0/instances/c1/backups")).metadata).toEqual([]);
    expect((await get(target, "/1.0/images")).metadata).toHaveLength(1);
    expect((await get(target, "/1.0/instances/c1/snapshots")).metadata).toEqual([]);
  });

  test("still starts instances and makes objects that are only in its database", async () => {
    await using fake = await startFakeServer({ flavour, setup });
    const target = targetOf(fake);
    fake.fillDisk();
    const succeeded = async (answer: Promise<Answer>): Promise<string> =>
      (await operationEnd(target, await answer)).status;
    expect(await succeeded(changeState(target, "/1.0/instances/c1", { action: "start" }))).toBe("Success");
    const volume = { name: "v1", type: "custom" };
    expect((await send(target, "POST", "/1.0/storage-pools/default/volumes/custom", { body: volume })).status).toBe(
      200,
    );
    expect((await send(target, "POST", "/1.0/profiles", { body: { name: "p1" } })).status).toBe(201);
  });
});

test("an operation that fails in the middle cleans up what it made", async () => {
  await using fake = await startFakeServer({ setup });
  const target = targetOf(fake);
  fake.failOperation({ description: "Creating instance", stage: "mid", err: "interrupted" });
  expect(await operationEnd(target, await post(target, fromImage(target, "c2")))).toMatchObject({ err: "interrupted" });
  expect((await get(target, "/1.0/instances")).metadata).toEqual(["/1.0/instances/c1"]);
});
