import { isNotFound } from "@lxdkit/transport";

/** What a request gives; undefined when the server does not find what it is about. */
export async function unlessMissing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
