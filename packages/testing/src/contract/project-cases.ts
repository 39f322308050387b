import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertHeedsIfMatch,
  assertTells,
  type Fields,
  of,
  read,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, fails, get, send, succeeds } from "./raw-http.ts";

const projects = "/1.0/projects";

/** Projects: all verbs, and what a project has of its own. */
export const projectCases: readonly ContractCase[] = [
  {
    name: "a new project has the features of its family, a profile of its own, and no more",
    async run(target) {
      await withObject(target, projects, { name: shortName(), description: "d" }, async (url) => {
        const { object } = await read(target, url);
        const name = String(object["name"]);
        assert.deepEqual(object, {
          name,
          description: "d",
          config: {
            "features.images": "true",
            "features.profiles": "true",
            ...of<object>(target, { lxd: {}, incus: { "features.storage.buckets": "true" } }),
            "features.storage.volumes": "true",
          },
          used_by: [`/1.0/profiles/default?project=${name}`],
        });
        const title = of(target, { lxd: "LXD", incus: "Incus" });
        const profile = await read(target, `/1.0/profiles/default?project=${name}`);
        assert.equal(profile.object["description"], `Default ${title} profile for project ${name}`);
        assert.deepEqual([profile.object["config"], profile.object["devices"]], [{}, {}]);
        assert.ok(((await get(target, projects)).metadata as string[]).includes(url));
      });
    },
  },
  {
    name: "PUT replaces a project, PATCH replaces its configuration when it has one; without features it has no users",
    async run(target) {
      await withObject(target, projects, { name: shortName(), config: { "user.a": "1" } }, async (url) => {
        assertDone(await send(target, "PATCH", url, { body: { description: "only" } }));
        const first = (await read(target, url)).object;
        assert.equal(first["description"], "only");
        assert.equal((first["config"] as Fields)["user.a"], "1");
        assertDone(await send(target, "PATCH", url, { body: { config: { "limits.instances": "3" } } }));
        const second = (await read(target, url)).object;
        assert.deepEqual(
          [second["description"], second["config"], second["used_by"]],
          ["only", { "limits.instances": "3" }, []],
        );
        assertDone(await send(target, "PUT", url, { body: { config: { "features.profiles": "true" } } }));
        const third = (await read(target, url)).object;
        assert.deepEqual([third["description"], third["config"]], ["", { "features.profiles": "true" }]);
        assert.equal((third["used_by"] as string[]).length, 1);
        await assertHeedsIfMatch(target, url, { description: "x" });
      });
    },
  },
  {
    name: "names and configuration of projects are checked",
    async run(target) {
      const name = shortName();
      const key = "Invalid project configuration key";
      await assertAllRefused(target, [
        ["POST", projects, { name: "" }, 400, "No name provided"],
        ["POST", projects, { name: "a/b" }, 400, "Project names may not contain slashes"],
        ["POST", projects, { name: "a b" }, 400, "Project names may not contain spaces"],
        ["POST", projects, { name: "a_b" }, 400, "Project names may not contain underscores"],
        ["POST", projects, { name: "a'b" }, 400, "Project names may not contain quotes"],
        ["POST", projects, { name: "*" }, 400, "Reserved project name"],
        ["POST", projects, { name: ".." }, 400, 'Invalid project name ".."'],
        ["POST", projects, { name, config: { "bad.key": "1" } }, 400, `${key} "bad.key"`],
        [
          ...(["POST", projects, { name, config: { "features.images": "maybe" } }, 400] as const),
          `${key} "features.images" value: Invalid value for a boolean "maybe"`,
        ],
        [
          ...(["POST", projects, { name, config: { "limits.cpu": "x" } }, 400] as const),
          `${key} "limits.cpu" value: Invalid value for uint32 "x": strconv.ParseUint: parsing "x": invalid syntax`,
        ],
        [
          "POST",
          projects,
          { name, config: { "limits.memory": "x" } },
          400,
          `${key} "limits.memory" value: Invalid value: x`,
        ],
        ["GET", `${projects}/${name}`, undefined, 404, "Project not found"],
        ["PUT", `${projects}/${name}`, {}, 404, "Project not found"],
        ["PATCH", `${projects}/${name}`, {}, 404, "Project not found"],
        ["DELETE", `${projects}/${name}`, undefined, 404, `Fetch project "${name}": Project not found`],
        ["GET", `${projects}/${name}/state`, undefined, 404, "Fetch project database object: Project not found"],
      ]);
    },
  },
  {
    name: "a second project of a name is 409 on LXD, 500 on Incus",
    async run(target) {
      const name = shortName();
      await withObject(target, projects, { name }, async () => {
        const answer = await send(target, "POST", projects, { body: { name } });
        assertRefused(answer, of(target, { lxd: 409, incus: 500 }), /^Failed creating project ".*": Failed adding /);
      });
    },
  },
  {
    name: "the default project keeps its name and features and cannot be removed",
    async run(target) {
      const url = `${projects}/default`;
      const text = "You can't change the features of the default project";
      await assertAllRefused(target, [
        ["DELETE", url, undefined, 403, "The 'default' project cannot be deleted"],
        ["POST", url, { name: shortName() }, 403, "The 'default' project cannot be renamed"],
        ["PATCH", url, { config: { "features.images": "false" } }, 400, text],
      ]);
    },
  },
  {
    name: "renaming is an operation, which finds out what is wrong",
    async run(target) {
      const [old, name] = [shortName(), shortName()];
      await withObject(target, projects, { name }, async (url) => {
        await withObject(target, projects, { name: old }, async (other) => {
          const rename = (path: string, to: string) => send(target, "POST", path, { body: { name: to } });
          await fails(target, await rename(other, name), `A project named "${name}" already exists`);
          await fails(target, await rename(other, "a b"), "Project names may not contain spaces");
          await fails(target, await rename(other, ""), "No name provided");
          const missing = `${projects}/no-such`;
          await fails(
            target,
            await rename(missing, shortName()),
            'Failed loading project "no-such": Project not found',
          );
        });
        const renamed = `${url}x`;
        const done = await succeeds(target, await send(target, "POST", url, { body: { name: `${name}x` } }));
        assert.equal(done.description, "Renaming project");
        assert.deepEqual(done.resources, of(target, { lxd: null, incus: {} }));
        assertRefused(await get(target, url), 404, "Project not found");
        assert.equal((await get(target, `/1.0/profiles/default?project=${name}x`)).status, 200);
        assertDone(await send(target, "DELETE", renamed));
      });
    },
  },
  {
    name: "a project that holds something cannot be removed, renamed or lose a feature",
    async run(target) {
      const name = shortName();
      await withObject(target, projects, { name }, async (url) => {
        await withObject(target, `/1.0/profiles?project=${name}`, { name: "p" }, async () => {
          assertRefused(await send(target, "DELETE", url), 500, /^Only empty projects can be removed\.?$/);
          const body = { config: { "features.images": "true" } };
          const text = /^Project feature "features\.[a-z.]+" cannot be disabled on non-empty projects$/;
          assertRefused(await send(target, "PATCH", url, { body }), 400, text);
          const answer = await send(target, "POST", url, { body: { name: shortName() } });
          await fails(target, answer, "Only empty projects can be renamed");
        });
        // Its default profile does not count, not even with something in it.
        const profile = `/1.0/profiles/default?project=${name}`;
        assertDone(await send(target, "PUT", profile, { body: { config: { "user.a": "1" } } }));
      });
      assertRefused(await get(target, `${projects}/${name}`), 404, "Project not found");
    },
  },
  {
    name: "without a feature a project shares what the default project has",
    async run(target) {
      const [name, own] = [shortName(), shortName()];
      await withObject(target, projects, { name, config: { "features.profiles": "false" } }, async () => {
        const answer = await send(target, "POST", `/1.0/profiles?project=${name}`, { body: { name: own } });
        assertCreated(answer, `/1.0/profiles/${own}`);
        assert.equal((await get(target, `/1.0/profiles/${own}`)).status, 200);
        assertDone(await send(target, "DELETE", `/1.0/profiles/${own}?project=${name}`));
        assert.equal((await get(target, `/1.0/profiles/${own}`)).status, 404);
      });
    },
  },
  {
    name: "the state of a project has a limit and a use for each resource",
    async run(target) {
      const config = { "limits.instances": "5" };
      await withObject(target, projects, { name: shortName(), config }, async (url) => {
        const { object } = await read(target, `${url}/state`);
        const resources = object["resources"] as Readonly<
          Record<string, { readonly Limit: number; readonly Usage: number }>
        >;
        const kinds = ["containers", "cpu", "disk", "instances", "memory", "networks", "processes", "virtual-machines"];
        assert.deepEqual(Object.keys(resources).sort(), kinds);
        assert.deepEqual(resources["instances"], { Limit: 5, Usage: 0 });
        assert.deepEqual(resources["cpu"], { Limit: -1, Usage: 0 });
      });
      const shared = { "features.images": "false", "features.profiles": "false" };
      await withObject(target, projects, { name: shortName(), config: shared }, async (url) => {
        const query = `?project=${url.slice(projects.length + 1)}`;
        const body = {
          name: shortName(),
          source: { type: "none" },
          config: { "limits.memory": "64MiB", "limits.cpu": "2" },
          devices: { root: { type: "disk", path: "/", pool: "default", size: "10MiB" } },
        };
        await succeeds(target, await send(target, "POST", `/1.0/instances${query}`, { body }));
        const { object } = await read(target, `${url}/state`);
        const used = Object.entries(object["resources"] as Readonly<Record<string, { readonly Usage: number }>>);
        await succeeds(target, await send(target, "DELETE", `/1.0/instances/${body.name}${query}`));
        assert.deepEqual(
          used.filter(([, { Usage }]) => Usage > 0).map(([kind, { Usage }]) => `${kind} ${String(Usage)}`),
          ["containers 1", "cpu 2", `disk ${String(10 << 20)}`, "instances 1", `memory ${String(64 << 20)}`],
        );
      });
    },
  },
  {
    name: "what happens to a project is told to its own listeners, and an update before it is checked",
    async run(target) {
      const [name, next] = [shortName(), shortName()];
      const [url, renamed] = [`${projects}/${name}`, `${projects}/${next}`];
      const told = [
        { action: "project-created", source: url, project: name },
        { action: "project-updated", source: url, project: name },
        { action: "project-renamed", source: renamed, project: next, context: { old_name: name } },
        { action: "project-deleted", source: renamed, project: next },
      ];
      await assertTells(target, told, async () => {
        assertCreated(await send(target, "POST", projects, { body: { name } }), url);
        assertRefused(await send(target, "PATCH", url, { body: { config: { bad: "1" } } }), 400);
        await succeeds(target, await send(target, "POST", url, { body: { name: next } }));
        assertDone(await send(target, "DELETE", renamed));
      });
    },
  },
  {
    name: "a filter of projects is heeded by Incus alone",
    async run(target) {
      await withObject(target, projects, { name: shortName() }, async (url) => {
        const found = (await get(target, `${projects}?filter=name%20eq%20default`)).metadata as string[];
        assert.equal(found.includes(url), target.flavour === "lxd");
        assert.ok(found.includes(`${projects}/default`));
      });
    },
  },
];
