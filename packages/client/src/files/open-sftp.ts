import type { Duplex } from "node:stream";
import { upgrade } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { type SftpSession, startSftp } from "./sftp-session.ts";

/** Opens a connection that speaks SFTP. See {@link FilesApi.sftp}. */
export async function openSftp(
  context: ClientContext,
  name: string,
  { signal, project }: CallOptions,
): Promise<Duplex> {
  return upgrade(context, "GET /1.0/instances/{name}/sftp", { signal, project, path: { name } }, "sftp");
}

/** Opens a connection, and speaks it. `signal` ends it, also later. */
export async function openSftpSession(
  context: ClientContext,
  name: string,
  options: CallOptions,
): Promise<SftpSession> {
  return startSftp(await openSftp(context, name, options), options.signal);
}
