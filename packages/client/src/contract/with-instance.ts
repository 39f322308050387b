import type { RealServer } from "@lxdkit/testbed/vitest";
import type { Client } from "../client.ts";

/** The image that both servers have. */
export const source = { type: "image", alias: "tiny" } as const;
/** A state to set: up. */
export const start = { action: "start", timeout: 30, force: false, stateful: false } as const;
const stop = { action: "stop", timeout: 30, force: true, stateful: false } as const;

/** Runs `work` with a stopped instance of that name, and removes whatever has one of `names` afterwards. */
export async function withInstance(
  { client, name }: { readonly client: Client; readonly name: string },
  work: () => Promise<void>,
  names: readonly string[] = [name],
): Promise<void> {
  try {
    await (await client.instances.create({ name, source })).wait();
    await work();
  } finally {
    for (const each of names) await removeInstance(client, each);
  }
}

/** Removes an instance, running or not, if it is there. */
export async function removeInstance(client: Client, name: string): Promise<void> {
  const present = await client.instances.list({ filter: `name eq ${name}` });
  if (present.some(({ status }) => status !== "Stopped")) await (await client.instances.setState(name, stop)).wait();
  if (present.length > 0) await (await client.instances.delete(name)).wait();
}

/** The family's command line client. */
export function cli({ flavour }: RealServer): string {
  return flavour === "lxd" ? "lxc" : "incus";
}

/** The words that make a project with instances of its own and everything else shared with the default project. */
export function ownProject(real: RealServer, name: string): readonly string[] {
  const shared = ["features.images=false", "features.profiles=false", "features.storage.volumes=false"];
  return [cli(real), "project", "create", name, ...shared.flatMap((option) => ["-c", option])];
}
