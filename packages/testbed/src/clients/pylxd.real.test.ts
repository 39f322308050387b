import { describe, test } from "vitest";
import { describeOnServers } from "../vitest/index.ts";
import { startPreparedFake } from "./prepare-fake.ts";
import { certificateForPylxd, lackOfPylxd, runPylxd } from "./run-pylxd.ts";

const lack = await lackOfPylxd();
const isSkipped = lack !== undefined && process.env["LXDKIT_REQUIRE_REAL"] !== "1";

describeOnServers("pylxd on a fake and", (server) => {
  // It speaks the API of LXD alone.
  describe.skipIf(server.flavour === "incus" || isSkipped)(`as it is${isSkipped ? ` (not here: ${lack})` : ""}`, () => {
    test("each call comes to the same", { timeout: 240_000 }, async ({ expect }) => {
      const fake = await startPreparedFake("lxd");
      try {
        const certificate = await certificateForPylxd();
        const [onFake, onServer] = await Promise.all([runPylxd(fake, certificate), runPylxd(server, certificate)]);
        expect(onServer.size).toBeGreaterThan(100);
        for (const [call, result] of onServer) expect.soft(onFake.get(call), call).toBe(result);
        expect([...onFake.keys()]).toEqual([...onServer.keys()]);
      } finally {
        await fake.close();
      }
    });
  });
});
