import { openServer, type Server } from "@lxdkit/server";
import { connectUnix } from "@lxdkit/transport";
import type { FakeServer } from "@lxdkit/testing";

/** Opens the server at a socket. */
export function openAt(socketPath: string): Promise<Server> {
  return openServer(connectUnix({ socketPath }));
}

/** The requests of a fake that write, as `PUT /1.0/profiles/default`. */
export function writesOf(fake: FakeServer): readonly string[] {
  return fake.requests.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);
}

/** All that a server has that a preseed can say, without what is drawn or measured. */
export async function stateOf(server: Server, directory: string): Promise<unknown> {
  const { client } = server;
  const projects = await client.projects.list();
  const places = await Promise.all(
    projects.map(async ({ name: project }) => ({
      project,
      networks: (await client.networks.list({ project })).filter(({ managed }) => managed),
      profiles: await client.profiles.list({ project }),
    })),
  );
  const { value: info } = await client.getServer();
  const pools = await client.storagePools.list();
  const state = { config: info.config, projects, places, pools };
  const dropped = new Set(["used_by", "locations"]);
  const text = JSON.stringify(state, (key, value: unknown) => (dropped.has(key) ? undefined : value));
  const masked = text
    .replaceAll(directory, "<server>")
    .replaceAll(/\b10\.\d+\.\d+\.1\/24/g, "<ipv4>")
    .replaceAll(/\bfd42:[0-9a-f:]+\/64/g, "<ipv6>")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uuid>");
  return sorted(JSON.parse(masked));
}

/** Lists of named objects by name: each server has an order of its own. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
}
