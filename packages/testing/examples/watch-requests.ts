import { startFakeServer } from "@lxdkit/testing";

/** Runs a program against a server whose next start fails, and gives what it asked for. */
export async function main(program: (socketPath: string) => Promise<void>): Promise<readonly string[]> {
  // #region readme
  await using fake = await startFakeServer({ flavour: "incus", images: [{ aliases: ["debian/12"] }] });
  fake.failOperation({ description: "Starting instance", err: "no space left" }); // the next one only
  await program(fake.socketPath); // anything that speaks to INCUS_SOCKET, also the real incus program
  return fake.requests.map(({ method, path, status }) => `${method} ${path} ${String(status)}`);
  // #endregion
}
