import assert from "node:assert/strict";
import type { Operation } from "@lxdkit/protocol";
import type { ContractCase } from "./contract-case.ts";
import { bringTo, changeState, readInstance, removeInstance, withInstance } from "./own-instance.ts";
import { shortName } from "./own-object.ts";
import { type Answer, assertRefused, assertSync, eventually, get, send, succeeds } from "./raw-http.ts";

type ByStatus = Readonly<Record<string, readonly unknown[]>>;

/** Waiting for operations, listing and cancelling them. */
export const operationCases: readonly ContractCase[] = [
  {
    name: "wait gives the operation when it has ended, and a GET says the same without an ETag",
    async run(target) {
      await withInstance(target, async (path) => {
        const answer = await changeState(target, path, { action: "start" });
        const waited = await get(target, `${answer.headers.location}/wait?timeout=20`);
        assert.equal(waited.status, 200);
        const read = await get(target, answer.headers.location ?? "");
        assertSync(read);
        assert.equal(read.headers.etag, undefined);
        assert.deepEqual(waited.metadata, read.metadata);
        const operation = read.metadata as Operation;
        assert.equal(operation.status, "Success");
        assert.deepEqual(Object.keys(operation), [
          ...["id", "class", "description", "created_at", "updated_at", "status", "status_code", "resources"],
          ...["metadata", "may_cancel", "err", "location"],
        ]);
      });
    },
  },
  {
    name: "an operation that is not known is 404, whatever its name looks like",
    async run(target) {
      for (const id of ["no-such", "4b1c9a60-1b1b-4b1b-8b1b-1b1b1b1b1b1b"]) {
        const path = `/1.0/operations/${id}`;
        assertRefused(await get(target, path), 404, "Operation not found");
        assertRefused(await get(target, `${path}/wait`), 404, "Operation not found");
        assertRefused(await send(target, "DELETE", path), 404, "Operation not found");
      }
    },
  },
  {
    name: "a wait whose time is up is 200 with the running operation on LXD and an error envelope on Incus",
    async run(target) {
      await withInstance(target, async (path) => {
        const stop = await longStop(target, path);
        const waited = await get(target, `${stop.headers.location}/wait?timeout=0`);
        assert.equal(waited.status, 200);
        if (target.flavour === "lxd") {
          assert.deepEqual((waited.metadata as Operation).status_code, 103);
        } else {
          const { error, error_code, metadata, type } = waited.body as Record<string, unknown>;
          assert.deepEqual([type, error_code, error, metadata], ["error", 500, "context deadline exceeded", null]);
        }
        assertRefused(
          await get(target, `${stop.headers.location}/wait?timeout=x`),
          500,
          'strconv.Atoi: parsing "x": invalid syntax',
        );
        await succeeds(target, stop);
      });
    },
  },
  {
    name: "running operations are listed by status; one without a cancel hook cannot be cancelled, nor one that ended",
    async run(target) {
      await withInstance(target, async (path) => {
        const stop = await longStop(target, path);
        const location = stop.headers.location ?? "";
        const paths = (await get(target, "/1.0/operations")).metadata as ByStatus;
        assert.ok(paths["running"]?.includes(location), JSON.stringify(paths));
        const objects = (await get(target, "/1.0/operations?recursion=1")).metadata as ByStatus;
        const found = (objects["running"] as Operation[]).find(({ id }) => location.endsWith(id));
        assert.equal(found?.description, "Stopping instance");
        assertRefused(await send(target, "DELETE", location), 400, "This operation can't be cancelled");
        await succeeds(target, stop);
        const later = (await get(target, "/1.0/operations")).metadata as ByStatus;
        assert.ok(later["success"]?.includes(location));
        assertRefused(await send(target, "DELETE", location), 400, "Only running operations can be cancelled");
        // A project that is not there has only those that belong to none.
        const elsewhere = await get(target, `/1.0/operations?project=${shortName()}`);
        assertSync(elsewhere);
        assert.ok(!elsewhere.text.includes(location), elsewhere.text);
      });
    },
  },
  {
    name: "an operation is forgotten five seconds after its end",
    async run(target) {
      await withInstance(target, async (path, name) => {
        const answer = await changeState(target, path, { action: "stop", force: true });
        const location = answer.headers.location ?? "";
        await get(target, `${location}/wait`);
        const ended = Date.now();
        await removeInstance(target, name);
        await eventually("the operation is forgotten", async () =>
          (await get(target, location)).status === 404 ? true : undefined,
        );
        // Never earlier; later only by what a busy machine takes.
        const tookMs = Date.now() - ended;
        assert.ok(tookMs > 4500, `${tookMs} ms`);
      });
    },
  },
  {
    name: "a forced stop joins a graceful one that is under way",
    async run(target) {
      // Told to stop by a signal that nobody heeds, it goes on until it is forced.
      const deaf = { config: { "raw.lxc": "lxc.signal.halt = SIGWINCH" } };
      const use = async (path: string): Promise<void> => {
        const graceful = await longStop(target, path);
        await succeeds(target, await changeState(target, path, { action: "stop", force: true, timeout: -1 }));
        await succeeds(target, graceful);
        assert.equal((await readInstance(target, path)).instance.status, "Stopped");
      };
      await withInstance(target, use, deaf);
    },
  },
];

/** A graceful stop, which takes every server a moment. */
async function longStop(target: Parameters<ContractCase["run"]>[0], path: string): Promise<Answer> {
  await bringTo(target, path, { action: "start" });
  return changeState(target, path, { action: "stop", timeout: 30 });
}
