import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Arena } from "./arena.ts";
import type { Comparison } from "./comparison.ts";

const count = 20;
const goal = 0.8;
const model = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
const ids = Array.from({ length: count }, (_, index) => String(index));
const names = ids.map((id) => `juju-c3d479-${id}`);
const userData = "#cloud-config\npackages: [nginx]\n";
const networkConfig = "version: 2\nethernets:\n  eth0:\n    dhcp4: true\n";

/** Provisions twenty machines with data for cloud-init, in turns. */
export async function compareMachines(arena: Arena, rounds: number): Promise<Comparison> {
  const { lxdkit, theirs, client } = arena;
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-bench-"));
  try {
    const file = join(folder, "user-data");
    await writeFile(file, userData);
    const [image] = JSON.parse((await theirs("image", "list", "--format", "json")).stdout) as { fingerprint: string }[];
    if (image === undefined) throw new Error("the bed has no image");
    await theirs("image", "alias", "create", "juju/jammy/amd64", image.fingerprint);
    const keys = {
      "user.user-data": userData,
      "user.network-config": networkConfig,
      "user.juju-model": model,
      "boot.autostart": "true",
    };
    const config = Object.entries(keys).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
    const machines = ["--model", model, "--quiet"];
    const makers = {
      ours: async () =>
        (await lxdkit("machine", "add", ...ids, ...machines, "--series", "jammy", "--user-data", file)).seconds,
      theirs: async () => {
        const begun = performance.now();
        await Promise.all(names.map((name) => theirs("launch", "juju/jammy/amd64", name, "--quiet", ...config)));
        return (performance.now() - begun) / 1000;
      },
    };
    const seconds = { ours: [] as number[], theirs: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      for (const maker of ["ours", "theirs"] as const) {
        seconds[maker].push(await makers[maker]());
        await arena.expectRunning(count);
        await lxdkit("machine", "destroy", ...ids, ...machines);
        await arena.expectRunning(0);
      }
    }
    return {
      job: `provision ${String(count)} machines with cloud-init data`,
      ours: { title: "lxdkit machine add 0 .. 19", seconds: seconds.ours },
      theirs: [{ title: `${client} launch with the same keys, all at once`, seconds: seconds.theirs, goal }],
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}
