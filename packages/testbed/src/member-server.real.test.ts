import { expect, test } from "vitest";
import { leftovers, traceBed } from "./crash/leftovers.ts";
import { openTestbed } from "./open-testbed.ts";
import { namesOf } from "./programs.ts";
import { socketRequest } from "./socket-request.ts";
import { describeOnServers } from "./vitest/index.ts";

describeOnServers("the server of a member", ({ flavour }) => {
  const { client } = namesOf[flavour];

  test("is killed, lives again with all that it had, as often as wanted, and leaves nothing", async () => {
    const bed = await openTestbed({ flavour });
    const trace = traceBed(bed.directory);
    const pidOf = async (): Promise<unknown> => {
      const info = (await socketRequest(bed.socketPath, "/1.0")) as { environment: { server_pid: number } };
      return info.environment.server_pid;
    };
    await bed.run([client, "launch", "tiny", "survivor"]);
    const seen = new Set([await pidOf()]);
    for (let times = 1; times <= 2; times += 1) {
      await bed.killMember();
      await expect(pidOf()).rejects.toMatchObject({ code: "TESTBED_REQUEST_FAILED" });
      await bed.startMember();
      seen.add(await pidOf());
      expect(seen.size).toBe(1 + times);
      expect((await bed.run([client, "list", "survivor", "-cs", "-fcsv"])).stdout.trim()).toBe("RUNNING");
    }
    await expect(bed.killMember({ member: "m9" })).rejects.toBeInstanceOf(RangeError);
    await bed.close();
    await expect.poll(() => leftovers(trace), { timeout: 10_000 }).toEqual([]);
  });
});
