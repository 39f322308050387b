import * as z from "zod";
import type { OperationHandle } from "../operation-handle.ts";
import { ProtocolError } from "../protocol-error.ts";

/** The operation of a command or a console, and the keys of its web sockets. */
export interface SessionSecrets {
  /** Of the operation. */
  readonly id: string;
  /** Name of a socket (`0`, `1`, `2`, `control`) to its secret. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Reads what the server's answer says about the sockets of a session.
 *
 * @throws {ProtocolError} `BAD_METADATA` when it lacks one.
 */
export function sessionSecrets(handle: OperationHandle, request: string, names: readonly string[]): SessionSecrets {
  const fds = z.object(Object.fromEntries(names.map((name) => [name, z.string().min(1)])));
  const result = z.object({ id: z.string(), metadata: z.object({ fds }) }).safeParse(handle.operation);
  if (!result.success) throw new ProtocolError(request, result.error);
  return { id: result.data.id, secrets: result.data.metadata.fds };
}
