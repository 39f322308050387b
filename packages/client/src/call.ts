import { type Operation, operationSchema } from "@lxdkit/protocol";
import type { Connection, RequestOptions, Response } from "@lxdkit/transport";
import type { z } from "zod";
import { ProtocolError } from "./protocol-error.ts";

/** Options that every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the answer must be there; 60,000 by default, 0 for no limit. */
  readonly timeoutMs?: number | undefined;
  /** Project to work in; the server's `default` unless given. */
  readonly project?: string | undefined;
}

/** A value and the ETag under which the server gave it, for `ifMatch`. */
export interface Tagged<T> {
  readonly value: T;
  readonly etag: string | undefined;
}

/** Sends a request and reads the metadata of the answer. */
export async function read<T>(connection: Connection, options: RequestOptions, schema: z.ZodType<T>): Promise<T> {
  return metadata(await connection.request(options), options, schema);
}

/** Like {@link read}, with the ETag. */
export async function readTagged<T>(
  connection: Connection,
  options: RequestOptions,
  schema: z.ZodType<T>,
): Promise<Tagged<T>> {
  const response = await connection.request(options);
  return { value: metadata(response, options, schema), etag: response.etag };
}

/** Sends a write. Undefined when the server did it at once, the operation when it goes on in the background. */
export async function write(connection: Connection, options: RequestOptions): Promise<Operation | undefined> {
  const response = await connection.request(options);
  if (response.envelope.type !== "async") return undefined;
  return metadata(response, options, operationSchema);
}

function metadata<T>(response: Response, options: RequestOptions, schema: z.ZodType<T>): T {
  const result = schema.safeParse(response.envelope.metadata);
  if (result.success) return result.data;
  throw new ProtocolError(`${options.method} ${options.path}`, result.error);
}
