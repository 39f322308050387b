import { inspect } from "node:util";
import { type Operation, readTime, type TokenMetadata, tokenMetadataSchema } from "@lxdkit/protocol";
import { ProtocolError } from "./protocol-error.ts";
import type { Route } from "./route.ts";

/** What an operation of class `token` carries, with its time read. */
export interface IssuedToken extends Omit<TokenMetadata, "expiresAt"> {
  readonly expiresAt?: Date;
}

/**
 * Reads the metadata of a token operation.
 *
 * @throws {ProtocolError} `BAD_METADATA` when the operation is missing or another one.
 */
export function readIssuedToken(operation: Operation | undefined, route: Route): IssuedToken {
  const result = tokenMetadataSchema.safeParse(operation?.metadata);
  if (!result.success) throw new ProtocolError(route, result.error);
  const { expiresAt, ...rest } = result.data;
  const time = readTime(expiresAt);
  return { ...rest, ...(time === undefined ? {} : { expiresAt: time }) };
}

/** Makes `util.inspect` and `JSON.stringify` show an object without its secret, as `shown`. */
export function hideSecret<T extends object>(value: T, shown: Readonly<Record<string, unknown>>): T {
  const property = { value: () => shown };
  return Object.defineProperties(value, { [inspect.custom]: property, toJSON: property });
}
