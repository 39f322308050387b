import assert from "node:assert/strict";
import type { Instance } from "@lxdkit/protocol";
import type { ContractCase } from "./contract-case.ts";
import { changeState, cleaningUp, uniqueName, withInstance } from "./own-instance.ts";
import { assertRefused, get, operationEnd, send, succeeds } from "./raw-http.ts";

/** The paths of LXD for containers and virtual machines alone. */
export const typedPathCases: readonly ContractCase[] = [
  {
    name: "LXD has the paths /1.0/containers and /1.0/virtual-machines too; Incus has not",
    async run(target) {
      if (target.flavour === "incus") {
        for (const path of ["/1.0/containers", "/1.0/virtual-machines", "/1.0/containers/c1/state"]) {
          assertRefused(await get(target, path), 404, "not found");
        }
        return;
      }
      await withInstance(target, async (path, name) => {
        const typed = `/1.0/containers/${name}`;
        assert.ok(((await get(target, "/1.0/containers")).metadata as string[]).includes(typed));
        assert.ok(!((await get(target, "/1.0/virtual-machines")).metadata as string[]).includes(typed));
        const listed = (await get(target, "/1.0/containers?recursion=1")).metadata as Instance[];
        assert.deepEqual(
          listed.find((one) => one.name === name),
          (await get(target, path)).metadata,
        );
        const one = await get(target, typed);
        assert.deepEqual([one.metadata, one.headers.etag], [(await get(target, path)).metadata, one.headers.etag]);
        await operationEnd(target, await changeState(target, typed, { action: "start" }));
        assert.equal(((await get(target, `${typed}/state`)).metadata as { readonly status: string }).status, "Running");
        assertRefused(await get(target, `/1.0/virtual-machines/${name}`), 404, "Instance not found");
        assertRefused(await get(target, `/1.0/virtual-machines/${name}/state`), 404, "Instance not found");
      });
    },
  },
  {
    name: "an instance that LXD makes at /1.0/containers is a container",
    async run(target) {
      if (target.flavour === "incus") return;
      const name = uniqueName();
      await cleaningUp(target, name, async () => {
        const body = { name, source: { type: "none" } };
        await succeeds(target, await send(target, "POST", "/1.0/containers", { body }));
        assert.equal(((await get(target, `/1.0/containers/${name}`)).metadata as Instance).type, "container");
        assertRefused(await get(target, "/1.0/containers/no-such-one"), 404, "Instance not found");
      });
    },
  },
];
