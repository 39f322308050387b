import type { Client } from "../client.ts";

const start = { action: "start", timeout: -1, force: false, stateful: false } as const;
const stop = { action: "stop", timeout: -1, force: true, stateful: false } as const;

/** Runs a case with an instance of the tiny image, which is removed afterwards. */
export async function withInstance(
  client: Client,
  name: string,
  run: () => Promise<void>,
  { isRunning = true }: { readonly isRunning?: boolean } = {},
): Promise<void> {
  await (await client.instances.create({ name, source: { type: "image", alias: "tiny" } })).wait();
  try {
    if (isRunning) await (await client.instances.setState(name, start)).wait();
    await run();
  } finally {
    const { value } = await client.instances.get(name);
    if (value.status !== "Stopped") await (await client.instances.setState(name, stop)).wait();
    await (await client.instances.delete(name)).wait();
  }
}
