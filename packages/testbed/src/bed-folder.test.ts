import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bedsFolder, chooseBedFolder, findBeds, isKept } from "./bed-folder.ts";
import { identifyProcess, isRunning } from "./process-identity.ts";

function newParent(): string {
  const parent = mkdtempSync(join(tmpdir(), "beds-"));
  onTestFinished(() => {
    rmSync(parent, { recursive: true });
  });
  return parent;
}

test("the folder of all beds can be chosen", () => {
  expect(bedsFolder({})).toBe("/var/tmp/lxdkit-testbed");
  expect(bedsFolder({ LXDKIT_TESTBED_DIR: "/x" })).toBe("/x");
  expect(findBeds("/does/not/exist")).toEqual([]);
});

test.skipIf(process.platform !== "linux")("a new bed belongs to this process from its first moment", () => {
  const parent = newParent();
  const directory = chooseBedFolder(parent);
  expect(findBeds(parent)).toEqual([]);
  mkdirSync(directory);
  const [bed] = findBeds(parent);
  expect(bed).toMatchObject({ directory, opener: { pid: process.pid }, supervisor: undefined });
  expect(bed !== undefined && isKept(bed)).toBe(true);
});

test.skipIf(process.platform !== "linux")(
  "a bed is kept by its supervisor, not by a later process of the same number",
  () => {
    const parent = newParent();
    const directory = chooseBedFolder(parent);
    mkdirSync(directory);
    const self = identifyProcess(process.pid);
    writeFileSync(join(directory, "supervisor"), `${String(process.pid)} ${self?.started ?? ""}\n`);
    expect(findBeds(parent).map(isKept)).toEqual([true]);
    writeFileSync(join(directory, "supervisor"), `${String(process.pid)} 1\n`);
    expect(findBeds(parent).map(isKept)).toEqual([false]);
  },
);

test.skipIf(process.platform !== "linux")("a bed without supervisor whose opener ended is abandoned", () => {
  const parent = newParent();
  mkdirSync(join(parent, "4194305-77-abcd"));
  mkdirSync(join(parent, "something-else"));
  const beds = findBeds(parent);
  expect(beds.map(({ opener }) => opener)).toEqual([{ pid: 4_194_305, started: "77" }]);
  expect(beds.map(isKept)).toEqual([false]);
});

test.skipIf(process.platform !== "linux")("a process is known by number and start", () => {
  const self = identifyProcess(process.pid);
  expect(self && isRunning(self)).toBe(true);
  expect(isRunning({ pid: process.pid, started: "1" })).toBe(false);
});
