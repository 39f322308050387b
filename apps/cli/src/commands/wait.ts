import { requireCloudInit, type Server } from "@lxdkit/server";
import { forEachName } from "../bulk.ts";
import { connect, type ServerOptions } from "../connect.ts";

/** Options of `lxdkit wait`. */
export interface WaitCommandOptions extends ServerOptions {
  readonly for: "running" | "ip" | "agent" | "cloud-init" | "stopped";
  /** Seconds; the server's own limit for what is waited for by default. */
  readonly timeout?: number | undefined;
}

/** Waits for instances, side by side, and prints the name of each that has what was waited for. */
export async function waitForInstances(
  names: readonly string[],
  options: WaitCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const server = await connect(options, signal);
  try {
    // One subscription and one loop of readings serve them all, so nothing is gained by waiting for some at a time.
    await forEachName([...new Set(names)], names.length, async (name) => {
      const words = await reach(server, name, options, signal);
      process.stdout.write(`${[name, ...words].join(" ")}\n`);
    });
  } finally {
    await server.close();
  }
}

/** Gives what there is to say besides the name. */
async function reach(
  server: Server,
  name: string,
  { for: target, timeout }: WaitCommandOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const wait = { signal, ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }) };
  switch (target) {
    case "running":
      await server.waitForStatus(name, "Running", wait);
      return [];
    case "ip":
      return (await server.waitForAddress(name, wait)).map(({ address }) => address);
    case "agent":
      await server.waitForAgent(name, wait);
      return [];
    case "cloud-init":
      requireCloudInit(name, await server.waitForCloudInit(name, wait));
      return [];
    case "stopped":
      await server.waitForStopped(name, wait);
      return [];
  }
}
