import type { InstancesPost } from "@lxdkit/protocol";
import type { Client } from "../client.ts";

/** Makes a container of the small image and starts it. */
export async function launch(client: Client, name: string, more: Partial<InstancesPost> = {}): Promise<void> {
  const creation = await client.instances.create({ name, source: { type: "image", alias: "tiny" }, ...more });
  await creation.wait();
  const start = { action: "start", timeout: -1, force: false, stateful: false } as const;
  await (await client.instances.setState(name, start)).wait();
}

/** Stops a container, if it runs, and deletes it. */
export async function remove(client: Client, name: string): Promise<void> {
  const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;
  if ((await client.instances.state(name)).status === "Running") {
    await (await client.instances.setState(name, stop)).wait();
  }
  await (await client.instances.delete(name)).wait();
}
