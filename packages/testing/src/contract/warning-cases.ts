import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { assertAllRefused, assertDone, assertTells, type Fields, of, read } from "./own-object.ts";
import { assertSync, get, send } from "./raw-http.ts";

const path = "/1.0/warnings";

/** What the server is not happy with; each target has at least one. */
export const warningCases: readonly ContractCase[] = [
  {
    name: "warnings are listed by their identifiers, as URLs and as objects",
    async run(target) {
      const answer = await get(target, `${path}?recursion=1`);
      assertSync(answer);
      const warnings = answer.metadata as readonly Fields[];
      assert.ok(warnings.length > 0);
      const ids = warnings.map(({ uuid }) => String(uuid));
      assert.deepEqual(ids, [...ids].sort());
      assert.deepEqual(
        (await get(target, path)).metadata,
        ids.map((uuid) => `${path}/${uuid}`),
      );
      for (const warning of warnings) {
        assert.deepEqual(
          Object.keys(warning).sort(),
          [
            ...["count", "entity_url", "first_seen_at", "last_message", "last_seen_at", "location", "project"],
            ...["severity", "status", "type", "uuid"],
          ].sort(),
        );
        assert.equal(warning["location"], "none");
        assert.match(String(warning["severity"]), /^(?:low|moderate|high)$/);
      }
    },
  },
  {
    name: "warnings are filtered on both families; those of a project without any are null or an empty list",
    async run(target) {
      const first = await firstWarning(target);
      const filter = `uuid%20eq%20${String(first["uuid"])}`;
      assert.deepEqual((await get(target, `${path}?recursion=1&filter=${filter}`)).metadata, [first]);
      assert.equal((await get(target, `${path}?filter=uuid%20eq%20none`)).metadata, null);
      assert.equal((await get(target, `${path}?project=no-such-project`)).metadata, null);
      assert.deepEqual((await get(target, `${path}?project=no-such-project&recursion=1`)).metadata, []);
      await assertAllRefused(target, [
        ["GET", `${path}?filter=x%20y`, undefined, 500, "Failed to filter warnings: clause has no value"],
      ]);
    },
  },
  {
    name: "a warning has no ETag; it is acknowledged and made new again, and nothing else",
    async run(target) {
      const { uuid } = await firstWarning(target);
      const url = `${path}/${String(uuid)}`;
      const { etag } = await read(target, url);
      assert.equal(etag, "");
      for (const method of ["PUT", "PATCH"]) {
        await assertTells(target, [{ action: "warning-acknowledged", source: url }], async () => {
          const headers = { "If-Match": '"stale"' };
          assertDone(await send(target, method, url, { body: { status: "acknowledged" }, headers }));
        });
        assert.equal((await read(target, url)).object["status"], "acknowledged");
        await assertTells(target, [{ action: "warning-reset", source: url }], async () => {
          assertDone(await send(target, method, url, { body: { status: "new" } }));
        });
        assert.equal((await read(target, url)).object["status"], "new");
      }
      const may = 'Status may only be set to "acknowledge" or "new"';
      await assertAllRefused(target, [
        ["PUT", url, { status: "resolved" }, 403, may],
        ["PUT", url, { status: "bad" }, 400, 'Invalid warning type "bad"'],
        ["PATCH", url, {}, 400, 'Invalid warning type ""'],
      ]);
    },
  },
  {
    name: "a warning that is not there is 404, but LXD lets one acknowledge it",
    async run(target) {
      const missing = "Warning not found";
      await assertAllRefused(target, [
        ["GET", `${path}/nope`, undefined, 404, missing],
        ["DELETE", `${path}/nope`, undefined, 404, missing],
      ]);
      const answer = await send(target, "PUT", `${path}/nope`, { body: { status: "new" } });
      assert.equal(answer.status, of(target, { lxd: 200, incus: 404 }));
    },
  },
  {
    name: "a warning is removed",
    // The others read what this one removes.
    isAlone: true,
    async run(target) {
      const { uuid } = await lastWarning(target);
      const url = `${path}/${String(uuid)}`;
      await assertTells(target, [{ action: "warning-deleted", source: url }], async () => {
        assertDone(await send(target, "DELETE", url));
      });
      assert.equal((await get(target, url)).status, 404);
    },
  },
];

async function allWarnings(target: Parameters<typeof get>[0]): Promise<readonly Fields[]> {
  const warnings = (await get(target, `${path}?recursion=1`)).metadata as readonly Fields[];
  assert.ok(warnings.length > 0, "the server has a warning");
  return warnings;
}

async function firstWarning(target: Parameters<typeof get>[0]): Promise<Fields> {
  return (await allWarnings(target))[0] ?? {};
}

async function lastWarning(target: Parameters<typeof get>[0]): Promise<Fields> {
  return (await allWarnings(target)).at(-1) ?? {};
}
