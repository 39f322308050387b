import type { RealServer } from "@lxdkit/testbed/vitest";
import { connectUnix } from "@lxdkit/transport";
import { type Client, createClient } from "../client.ts";

/** Runs `work` with a client of a real server, whose events and connection are closed afterwards. */
export async function withClient(
  { socketPath }: Pick<RealServer, "socketPath">,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  await using connection = connectUnix({ socketPath });
  const client = createClient(connection);
  try {
    await work(client);
  } finally {
    client.events.close();
  }
}
