import type { Operation } from "@lxdkit/protocol";
import type { z } from "zod";
import { ProtocolError } from "./protocol-error.ts";

/**
 * What an operation tells in its metadata.
 *
 * @throws {ProtocolError} `BAD_METADATA` when it does not.
 */
export function metadataOf<T>(operation: Operation | undefined, request: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(operation?.metadata);
  if (result.success) return result.data;
  throw new ProtocolError(request, result.error);
}
