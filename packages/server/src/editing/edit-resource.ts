import type { ChangeOptions, Tagged } from "@lxdkit/client";
import { LxdkitError } from "@lxdkit/protocol";

/** How to read an object, what to make of it, and how to write it back. */
export interface ResourceEdit<T, B> {
  read(options: { readonly signal?: AbortSignal | undefined }): Promise<Tagged<T>>;
  /** The body to write, made from what was read; undefined when nothing is to change. Called again on each attempt. */
  change(value: T): B | undefined;
  write(body: B, options: ChangeOptions): Promise<void>;
}

/** Options of {@link editResource}. */
export interface EditOptions {
  readonly signal?: AbortSignal | undefined;
  /** ETag under which the caller has read the object: then only that state is changed, and nothing is tried again. */
  readonly ifMatch?: string | undefined;
}

/** Several clients that change one object at once succeed one by one; more rounds than this mean something else. */
const attempts = 5;

/**
 * Changes an object as it stands: reads it, writes it with its ETag, and begins again when somebody else was faster.
 * Gives whether anything was written.
 *
 * @throws {ApiError} `ETAG_MISMATCH` when the object changed during each of five attempts, or since the ETag that was
 * given.
 */
export async function editResource<T, B>(edit: ResourceEdit<T, B>, options: EditOptions = {}): Promise<boolean> {
  const { signal, ifMatch } = options;
  for (let attempt = 1; ; attempt += 1) {
    const { value, etag } = await edit.read({ signal });
    const body = edit.change(value);
    if (body === undefined) return false;
    try {
      await edit.write(body, { signal, ifMatch: ifMatch ?? etag });
      return true;
    } catch (error) {
      const isOvertaken = LxdkitError.is(error) && error.code === "ETAG_MISMATCH";
      if (!isOvertaken || ifMatch !== undefined || attempt === attempts) throw error;
    }
  }
}
