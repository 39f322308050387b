import { type FakeServer, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "./client.ts";

let fake: FakeServer;
let client: Client;

beforeAll(async () => {
  fake = await startFakeServer({ flavour: "lxd" });
  client = createClient(connectUnix({ socketPath: fake.socketPath }));
});

afterAll(async () => {
  await client.connection.close();
  await fake.close();
});

const calls: Readonly<Record<string, readonly [(client: Client) => Promise<unknown>, string]>> = {
  "the configuration keys": [({ getConfigurationMetadata }) => getConfigurationMetadata(), "metadata_configuration"],
  "the state of a cluster member": [({ cluster }) => cluster.members.state("m1"), "cluster_member_state"],
  "who may use a project": [({ projects }) => projects.access("p1"), "project_access"],
  "forced deletion of a project": [({ projects }) => projects.delete("p1", { force: true }), "projects_force_delete"],
  "a filter of projects": [({ projects }) => projects.list({ filter: "name eq a" }), "api_filtering_extended"],
  "a filter of profiles": [({ profiles }) => profiles.listUrls({ filter: "name eq a" }), "api_filtering_extended"],
  "a filter of certificates": [({ certificates }) => certificates.list({ filter: "a" }), "api_filtering_extended"],
  "profiles of all projects": [({ profiles }) => profiles.list({ allProjects: true }), "profiles_all_projects"],
  "operations of all projects": [
    ({ operations }) => operations.list({ allProjects: true }),
    "operations_get_query_all_projects",
  ],
};

test.each(Object.entries(calls))("%s: nothing is asked of a server that would not understand", async (_title, call) => {
  const [run, extension] = call;
  await expect(run(client)).rejects.toMatchObject({ code: "EXTENSION_MISSING", extension });
  expect(fake.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /1.0"]);
});
