import { connectUnix, requireSocket } from "@lxdkit/transport";

/** Reads what the local server says about itself. */
export async function main(environment: Record<string, string | undefined>): Promise<unknown> {
  // #region readme
  const socketPath = requireSocket({ environment }); // LXD_DIR, LXD_SOCKET, ..., then the usual places
  await using connection = connectUnix({ socketPath });
  const { envelope, etag } = await connection.request({ method: "GET", path: "/1.0" });
  return { etag, server: envelope.metadata }; // the ETag is for If-Match
  // #endregion
}
