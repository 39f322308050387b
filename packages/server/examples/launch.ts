import { openServer } from "@lxdkit/server";
import { connectUnix } from "@lxdkit/transport";

/** Launches a container and gives the address at which it can be reached. */
export async function main(socketPath: string): Promise<string | undefined> {
  // #region readme
  await using server = await openServer(connectUnix({ socketPath }));
  const image = await server.findImageByAlias("tiny"); // or: findImageByAlias("jammy", { sources: ["https://..."] })
  const { addresses } = await server.createContainer({ name: "web-1", image }, { waitFor: "address" });
  await server.removeContainer("web-1", { force: true });
  return addresses[0]?.address;
  // #endregion
}
