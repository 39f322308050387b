import { join } from "node:path";
import { etagOf } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import { expandedDevices } from "../instances/instance-expansion.ts";
import { Refusal } from "../core/refusal.ts";
import { type ApiReply, type ApiRequest, recursionOf, type Route, sync } from "../core/router.ts";

/** `/1.0/storage-pools` and what is below it: one pool in a directory, to be read only. */
export const storagePoolRoutes: readonly Route[] = [
  { pattern: "/1.0/storage-pools", methods: { GET: list } },
  { pattern: "/1.0/storage-pools/{name}", methods: { GET: get } },
];

interface PoolView {
  readonly config: Readonly<Record<string, string>>;
  readonly description: string;
  readonly name: string;
  readonly driver: string;
  readonly used_by: readonly string[];
  readonly status: string;
  readonly locations: readonly string[];
}

function pool(state: FakeState): PoolView {
  const users = [...state.instances.values()].filter((instance) =>
    Object.values(expandedDevices(state, instance)).some((device) => device["pool"] === "default"),
  );
  const profiles = [...state.profiles.values()].filter(({ devices }) =>
    Object.values(devices).some((device) => device["pool"] === "default"),
  );
  return {
    config: { source: join(state.directory, "storage-pools", "default") },
    description: "",
    name: "default",
    driver: "dir",
    used_by: [
      ...users.map(({ name }) => `/1.0/instances/${name}`),
      ...profiles.map(({ name }) => `/1.0/profiles/${name}`),
    ],
    status: "Created",
    locations: ["none"],
  };
}

function list({ state, query }: ApiRequest): ApiReply {
  return sync(recursionOf(query) > 0 ? [pool(state)] : ["/1.0/storage-pools/default"]);
}

function get({ state, params }: ApiRequest): ApiReply {
  if (params["name"] !== "default") throw new Refusal(404, "Storage pool not found");
  const view = pool(state);
  const { name, driver, description, config } = view;
  // LXD 5.0.2 sends none although its manual promises one.
  return sync(view, state.flavour === "incus" ? etagOf([name, driver, description, config]) : undefined);
}
