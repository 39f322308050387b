import type { Flavour } from "@lxdkit/protocol";

/** A bug to plant in the fake. */
export interface PlantedBug {
  readonly name: string;
  /** The family whose fake gets it. */
  readonly flavour: Flavour;
  /** The file, from the package's `src`. */
  readonly file: string;
  /** Text that stands there exactly once. */
  readonly text: string;
  /** What stands there instead. */
  readonly instead: string;
}

/** Bugs of many kinds; each of them has to be found. */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "a wrong status",
    flavour: "lxd",
    file: "profiles/profiles.ts",
    text: 'new Refusal(404, "Fetch profile: Profile not found")',
    instead: 'new Refusal(400, "Fetch profile: Profile not found")',
  },
  {
    name: "a wrong text of an error",
    flavour: "incus",
    file: "storage/pools.ts",
    text: 'missing: () => new Refusal(404, "Storage pool not found")',
    instead: 'missing: () => new Refusal(404, "Storage pool is not there")',
  },
  {
    name: "a lost key",
    flavour: "incus",
    file: "profiles/profile-view.ts",
    text: "return { config, description, devices,",
    instead: "return { config, devices,",
  },
  {
    name: "a stale used_by",
    flavour: "lxd",
    file: "profiles/profile-users.ts",
    text: "filter(({ profiles }) => profiles.includes(name))",
    instead: "filter(() => false)",
  },
  {
    name: "a missing event",
    flavour: "incus",
    file: "core/resource.ts",
    text: 'announce(spec, request, "deleted", record);',
    instead: "",
  },
  {
    name: "an event before its time",
    flavour: "lxd",
    file: "profiles/profiles.ts",
    text: `isTold: "after PUT",`,
    instead: `isTold: "first",`,
  },
  {
    name: "a wrong order of events",
    flavour: "incus",
    file: "operations/operation-store.ts",
    text: "request.afterEnd?.();",
    instead:
      'events.publish("operation", { ...current, status: "Running", status_code: 103 }, project);\nrequest.afterEnd?.();',
  },
  {
    name: "an event without its context",
    flavour: "lxd",
    file: "core/resource.ts",
    text: "{ old_name: spec.nameOf(record) }",
    instead: "{}",
  },
  {
    name: "an ETag that does not change",
    flavour: "incus",
    file: "profiles/profiles.ts",
    text: "etag: (_, { config, description, devices }) => [config, description, devices],",
    instead: "etag: (_, { name }) => [name],",
  },
  {
    name: "If-Match is ignored",
    flavour: "lxd",
    file: "core/router.ts",
    text: 'if (header === "" || wanted === etag) return;',
    instead: "return;",
  },
  {
    name: "a missing default",
    flavour: "incus",
    file: "projects/default-profile.ts",
    text: '"features.storage.volumes": "true",',
    instead: "",
  },
  {
    name: "a wrong description of an operation",
    flavour: "lxd",
    file: "instances/instance-create.ts",
    text: 'description: "Creating instance"',
    instead: 'description: "Creating container"',
  },
  {
    name: "an operation that does not name what it is about",
    flavour: "incus",
    file: "images/images.ts",
    text: "resources: imageResources(state, { ...image, project }),",
    instead: "",
  },
  {
    name: "another kind of envelope",
    flavour: "lxd",
    file: "core/envelope-text.ts",
    text: 'status: "Operation created", status_code: 100',
    instead: 'status: "Success", status_code: 200',
  },
  {
    name: "a missing header",
    flavour: "incus",
    file: "core/http-front.ts",
    text: '{ ...json, "X-Content-Type-Options": "nosniff" }',
    instead: "{ ...json }",
  },
  {
    name: "a PATCH that replaces",
    flavour: "lxd",
    file: "profiles/profiles.ts",
    text: 'devices: { ...devices, ...devicesField(body, "devices") },',
    instead: 'devices: { ...devicesField(body, "devices") },',
  },
  {
    name: "a value that nobody checks",
    flavour: "incus",
    file: "projects/project-config.ts",
    text: '"limits.instances": uint32,',
    instead: '"limits.instances": () => undefined,',
  },
  {
    name: "an empty value that stays",
    flavour: "lxd",
    file: "core/config-rules.ts",
    text: '.filter(([, value]) => value !== "")',
    instead: "",
  },
  {
    name: "a name that nobody checks",
    flavour: "incus",
    file: "profiles/profiles.ts",
    text: 'if (name.includes("/"))',
    instead: "if (false)",
  },
  {
    name: "objects in another project",
    flavour: "lxd",
    file: "projects/project-scope.ts",
    text: 'return isOwn ? project : "default";',
    instead: "return project;",
  },
  {
    name: "a list in another order",
    flavour: "incus",
    file: "core/resource.ts",
    text: "return a < b ? -1 : a > b ? 1 : 0;",
    instead: "return a < b ? 1 : a > b ? -1 : 0;",
  },
  {
    name: "a list that shows URLs where it should show objects",
    flavour: "lxd",
    file: "core/router.ts",
    text: "return Number.isNaN(level) ? 0 : level;",
    instead: "return 0;",
  },
];
