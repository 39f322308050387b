import assert from "node:assert/strict";
import type { ContractCase } from "./contract-case.ts";
import { readInstance, withInstance } from "./own-instance.ts";
import {
  assertAllRefused,
  assertCreated,
  assertDone,
  assertHeedsIfMatch,
  assertTells,
  of,
  read,
  shortName,
  withObject,
} from "./own-object.ts";
import { assertRefused, get, send } from "./raw-http.ts";

const profiles = "/1.0/profiles";

/** Profiles: all verbs. */
export const profileCases: readonly ContractCase[] = [
  {
    name: "PUT replaces a profile, PATCH merges maps and keeps the description; empty values are no keys",
    async run(target) {
      const name = shortName();
      const body = { name, description: "d", config: { "user.a": "1" }, devices: { n: { type: "none" } } };
      await withObject(target, profiles, body, async (url) => {
        const where = of<object>(target, { lxd: {}, incus: { project: "default" } });
        assert.deepEqual((await read(target, url)).object, { ...body, used_by: [], ...where });
        const patch = { config: { "user.a": "", "user.b": "2" }, devices: { m: { type: "none" } } };
        assertDone(await send(target, "PATCH", url, { body: patch }));
        const patched = (await read(target, url)).object;
        assert.deepEqual(patched["config"], { "user.b": "2" });
        assert.deepEqual(patched["devices"], { m: { type: "none" }, n: { type: "none" } });
        assert.equal(patched["description"], "d");
        assertDone(await send(target, "PUT", url, { body: { config: { "user.c": "3" } } }));
        const put = (await read(target, url)).object;
        assert.deepEqual([put["config"], put["devices"], put["description"]], [{ "user.c": "3" }, {}, ""]);
        await assertHeedsIfMatch(target, url, { description: "x" });
      });
    },
  },
  {
    name: "names of profiles are checked, and missing ones told apart by the verb",
    async run(target) {
      const missing = `${profiles}/no-such`;
      await assertAllRefused(target, [
        ["POST", profiles, { name: "" }, 400, "No name provided"],
        ["POST", profiles, { name: "a/b" }, 400, "Profile names may not contain slashes"],
        ["POST", profiles, { name: ".." }, 400, 'Invalid profile name ".."'],
        ["PUT", missing, {}, 404, 'Failed to retrieve profile "no-such": Profile not found'],
        ["PATCH", missing, {}, 404, 'Failed to retrieve profile="no-such": Profile not found'],
        ["DELETE", missing, undefined, 404, "Profile not found"],
        [
          ...(["POST", missing, { name: shortName() }, 500] as const),
          { lxd: "Query affected 0 rows instead of 1", incus: 'Profile "no-such" doesn\'t exist' },
        ],
        ["DELETE", `${profiles}/default`, undefined, 403, 'The "default" profile cannot be deleted'],
        ["POST", `${profiles}/default`, { name: shortName() }, 403, 'The "default" profile cannot be renamed'],
      ]);
      for (const [method, path] of [
        ["POST", profiles],
        ["PUT", missing],
        ["DELETE", missing],
      ] as const) {
        const options = method === "DELETE" ? {} : { body: { name: shortName() } };
        const answer = await send(target, method, `${path}?project=no-such`, options);
        assertRefused(answer, 404, 'Failed loading project "no-such": Project not found');
      }
    },
  },
  {
    name: "configuration and devices of profiles are checked: 400 for a new one, 500 or 404 for a change",
    async run(target) {
      const notLoaded = 'Device validation failed for "d": Failed loading device "d":';
      const bad = [
        [{ config: { "bad.key": "1" } }, "Unknown configuration key: bad.key"],
        [{ config: { "limits.bad": "1" } }, "Unknown configuration key: limits.bad"],
        [{ config: { "volatile.x": "1" } }, "Volatile keys can only be set on instances"],
        [{ config: { "limits.memory": "x" } }, "Invalid value: x"],
        [{ config: { "boot.autostart": "x" } }, 'Invalid value for a boolean "x"'],
        [{ devices: { d: { type: "foo" } } }, `${notLoaded} Unsupported device type`],
        [{ devices: { d: {} } }, `${notLoaded} Missing device type in config`],
        [
          { devices: { d: { type: "nic", network: "no-such" } } },
          `${notLoaded} Failed to load network "no-such" for project "default": Network not found`,
        ],
        [
          { devices: { d: { type: "disk", path: "/x" } } },
          'Device validation failed for "d": Disk entry is missing the required "source" or "path" property',
        ],
      ] as const;
      await withObject(target, profiles, { name: shortName() }, async (url) => {
        for (const [body, text] of bad) {
          const name = shortName();
          assertRefused(await send(target, "POST", profiles, { body: { name, ...body } }), 400, text);
          const status = text.endsWith("Network not found") ? 404 : 500;
          assertRefused(await send(target, "PUT", url, { body }), status, text);
        }
      });
    },
  },
  {
    name: "a second profile of a name is 500, as a new name that is taken",
    async run(target) {
      const [name, other] = [shortName(), shortName()];
      await withObject(target, profiles, { name }, async (url) => {
        const again = await send(target, "POST", profiles, { body: { name } });
        assertRefused(again, 500, `Error inserting "${name}" into database: The profile already exists`);
        await withObject(target, profiles, { name: other }, async () => {
          const text = of(target, {
            lxd: `Name "${other}" already in use`,
            incus: `Profile "${other}" already exists`,
          });
          assertRefused(await send(target, "POST", url, { body: { name: other } }), 500, text);
        });
      });
    },
  },
  {
    name: "a profile in use cannot be removed, and keeps its users when it gets another name",
    async run(target) {
      const [name, next] = [shortName(), shortName()];
      await withObject(target, profiles, { name }, async (url) => {
        const renamed = `${profiles}/${next}`;
        await withInstance(
          target,
          async (path) => {
            assertRefused(await send(target, "DELETE", url), 500, "Profile is currently in use");
            assertCreated(await send(target, "POST", url, { body: { name: next } }), renamed);
            assert.deepEqual((await read(target, renamed)).object["used_by"], [path]);
            assert.deepEqual((await readInstance(target, path)).instance.profiles, ["default", next]);
          },
          { profiles: ["default", name] },
        );
        assertDone(await send(target, "DELETE", renamed));
      });
    },
  },
  {
    name: "what happens to a profile is told, with the project in the source unless it is the default one",
    async run(target) {
      const [project, name, next] = [shortName(), shortName(), shortName()];
      await withObject(target, "/1.0/projects", { name: project }, async () => {
        for (const [query, where] of [
          ["", "default"],
          [`?project=${project}`, project],
        ] as const) {
          const [url, renamed] = [`${profiles}/${name}${query}`, `${profiles}/${next}${query}`];
          const told = [
            { action: "profile-created", source: url, project: where },
            { action: "profile-updated", source: url, project: where },
            { action: "profile-renamed", source: renamed, project: where, context: { old_name: name } },
            { action: "profile-deleted", source: renamed, project: where },
          ];
          await assertTells(target, told, async () => {
            assertCreated(await send(target, "POST", `${profiles}${query}`, { body: { name } }), url);
            // Told although it is refused.
            assertRefused(await send(target, "PUT", url, { body: { config: { bad: "1" } } }), 500);
            assertCreated(await send(target, "POST", url, { body: { name: next } }), renamed);
            assertDone(await send(target, "DELETE", renamed));
          });
        }
      });
    },
  },
  {
    name: "a list of the profiles of all projects and a filter are heeded by Incus alone",
    async run(target) {
      const [project, name] = [shortName(), shortName()];
      await withObject(target, "/1.0/projects", { name: project }, async () => {
        await withObject(target, profiles, { name }, async (url) => {
          const all = (await get(target, `${profiles}?all-projects=true`)).metadata as string[];
          assert.equal(all.includes(`${profiles}/default?project=${project}`), target.flavour === "incus");
          assert.ok(all.includes(url));
          const found = (await get(target, `${profiles}?filter=name%20eq%20${name}`)).metadata as string[];
          assert.equal(found.includes(`${profiles}/default`), target.flavour === "lxd");
          assert.ok(found.includes(url));
        });
      });
    },
  },
  {
    name: "a name with a space is escaped once by Incus, twice by LXD",
    async run(target) {
      const name = `${shortName()} x`;
      const once = encodeURIComponent(name);
      const url = of(target, { lxd: `${profiles}/${encodeURIComponent(once)}`, incus: `${profiles}/${once}` });
      assertCreated(await send(target, "POST", profiles, { body: { name } }), url);
      assert.ok(((await get(target, profiles)).metadata as string[]).includes(url));
      assert.equal((await read(target, `${profiles}/${once}`)).object["name"], name);
      assertDone(await send(target, "DELETE", `${profiles}/${once}`));
    },
  },
];
