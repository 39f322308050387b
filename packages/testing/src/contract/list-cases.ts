import assert from "node:assert/strict";
import type { InstanceFull } from "@lxdkit/protocol";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { bringTo, readInstance, withInstance } from "./own-instance.ts";
import { type Answer, assertRefused, assertSync, get } from "./raw-http.ts";

/** Listing instances. */
export const listCases: readonly ContractCase[] = [
  {
    name: "GET /1.0/instances gives paths, objects, or objects with their state, by recursion",
    async run(target) {
      await withInstance(target, async (path, name) => {
        await bringTo(target, path, { action: "start" });
        const flat = await get(target, "/1.0/instances");
        assertSync(flat);
        assert.equal(flat.headers.etag, undefined);
        assert.ok((flat.metadata as string[]).includes(path));
        const junk = await get(target, "/1.0/instances?recursion=x");
        assert.ok((junk.metadata as string[]).includes(path));

        const objects = (await get(target, "/1.0/instances?recursion=1")).metadata as InstanceFull[];
        const { instance } = await readInstance(target, path);
        assert.deepEqual(
          objects.find((object) => object.name === name),
          instance,
        );

        for (const recursion of [2, 3]) {
          const full = (await get(target, `/1.0/instances?recursion=${recursion}`)).metadata as InstanceFull[];
          const found = full.find((object) => object.name === name) as unknown as Record<string, unknown>;
          const { backups, snapshots, state, ...rest } = found;
          assert.deepEqual(rest, instance);
          assert.deepEqual([backups, snapshots], [null, null]);
          assert.equal((state as InstanceFull).status, "Running");
        }
        const one = (await get(target, `${path}?recursion=1`)).metadata as InstanceFull;
        assert.equal(one.state?.status, "Running");
      });
    },
  },
  {
    name: "an empty filter fits all; eq compares text as a regular expression without case",
    async run(target) {
      await withInstance(
        target,
        async (_, name) => {
          const fitting = [
            "",
            `name eq ${name}`,
            `name eq ${name.toUpperCase()}`,
            `name eq ${name.slice(0, -1)}.`,
            `name eq ${name} and status eq stopped`,
            `name eq nobody or name eq ${name}`,
            `name eq ${name} and not status eq Running`,
            `name eq ${name} and config.user.a eq foo`,
            `name eq ${name} and expanded_config.user.a eq Foo`,
            `name eq ${name} and type eq container`,
            `name eq ${name} and status ne Running`,
          ];
          for (const filter of fitting) assert.ok(await lists(target, filter, name), filter);
          const missing = [
            "name eq nobody",
            `name ne ${name}`,
            `not name eq ${name}`,
            `name eq ${name} and status eq Running`,
            `name eq ${name.slice(0, -1)}`,
            `name eq ${name} or status eq Stopped and name eq nobody`,
          ];
          for (const filter of missing) assert.ok(!(await lists(target, filter, name)), filter);
        },
        { config: { "user.a": "Foo" } },
      );
    },
  },
  {
    name: "a filter that cannot be read is 500 on LXD and 400 on Incus",
    async run(target) {
      const status = target.flavour === "lxd" ? 500 : 400;
      const bad = [
        ["name", "clause has no operator"],
        ["name eq", "clause has no value"],
        ["name=x", "clause has no operator"],
        ['name eq "x"', "unterminated quote"],
        ["name eq x and", "unterminated compound clause"],
        ["name eq x foo name eq y", "invalid clause composition"],
      ] as const;
      for (const [filter, text] of bad) {
        assertRefused(await filtered(target, filter), status, `Invalid filter: ${text}`);
      }
    },
  },
  {
    name: "LXD fits no field that is no text and takes any operator as eq; Incus knows booleans and refuses the rest",
    async run(target) {
      await withInstance(target, async (_, name) => {
        const own = `name eq ${name} and`;
        if (target.flavour === "lxd") {
          for (const filter of ["ephemeral eq false", "status_code eq 102", "bogus eq x"]) {
            assert.ok(!(await lists(target, `${own} ${filter}`, name)), filter);
          }
          assert.ok(await lists(target, `name xx ${name}`, name));
          return;
        }
        assert.ok(await lists(target, `${own} ephemeral eq false`, name));
        assertRefused(
          await filtered(target, "status_code eq 102"),
          500,
          'Unsupported filter type "int" for field "status_code"',
        );
        assertRefused(await filtered(target, "bogus eq x"), 500, 'Invalid type "invalid" for field "bogus"');
        assertRefused(await filtered(target, `name xx ${name}`), 500, "Unsupported operation");
      });
    },
  },
  {
    name: "projects and types: an unknown project lists nothing, all projects list theirs",
    async run(target) {
      await withInstance(target, async (path) => {
        const paths = async (query: string): Promise<unknown> =>
          (await get(target, `/1.0/instances?${query}`)).metadata;
        assert.deepEqual(await paths("project=no-such-project"), []);
        for (const query of ["project=default", "project=", "all-projects=true", "instance-type=container"]) {
          assert.ok(((await paths(query)) as string[]).includes(path), query);
        }
        assert.ok(!((await paths("instance-type=virtual-machine")) as string[]).includes(path));
        const both = await get(target, "/1.0/instances?all-projects=true&project=default");
        assertRefused(both, 400, "Cannot specify a project when requesting all projects");
        const unknown = await get(target, "/1.0/instances?instance-type=foo");
        assertRefused(unknown, target.flavour === "lxd" ? 500 : 400, "Invalid instance type");
      });
    },
  },
];

function filtered(target: ContractTarget, filter: string): Promise<Answer> {
  return get(target, `/1.0/instances?recursion=1&filter=${encodeURIComponent(filter)}`);
}

async function lists(target: ContractTarget, filter: string, name: string): Promise<boolean> {
  const answer = await filtered(target, filter);
  assert.equal(answer.status, 200, `${filter}: ${answer.text}`);
  return (answer.metadata as { readonly name: string }[]).some((instance) => instance.name === name);
}
