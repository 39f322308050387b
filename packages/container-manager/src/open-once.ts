import { LxdkitError } from "@lxdkit/protocol";
import type { Server } from "@lxdkit/server";
import { abortable } from "@lxdkit/transport";
import { errorText, ManagerError } from "./manager-error.ts";

/** A server that is opened when it is wanted first. */
export interface OpenedOnce {
  /** @throws {ManagerError} `SERVER_NOT_OPENED`, `SERVER_UNSUPPORTED`; the next call tries again. */
  get(signal?: AbortSignal): Promise<Server>;
  isOpen(options?: { readonly signal?: AbortSignal | undefined }): Promise<boolean>;
  /** Closes what was opened here; the next call of `get` opens it again. */
  close(): Promise<void>;
}

/** Makes an {@link OpenedOnce} of a server that is open, or of a way to open one. */
export function openOnce(server: Server | (() => Promise<Server>)): OpenedOnce {
  if (typeof server !== "function") {
    return {
      get: () => Promise.resolve(server),
      isOpen: () => Promise.resolve(true),
      close: () => Promise.resolve(),
    };
  }
  let opening: Promise<Server> | undefined;
  const get = (signal?: AbortSignal): Promise<Server> => {
    if (opening === undefined) {
      const begun = server().catch((cause: unknown) => {
        opening = undefined;
        throw notOpened(cause);
      });
      opening = begun;
    }
    return abortable(opening, signal);
  };
  return {
    get,
    async isOpen({ signal } = {}) {
      try {
        await get(signal);
        return true;
      } catch {
        signal?.throwIfAborted();
        return false;
      }
    },
    async close() {
      const open = opening;
      opening = undefined;
      const opened = await open?.catch(() => undefined);
      await opened?.close();
    },
  };
}

function notOpened(cause: unknown): unknown {
  if (cause instanceof ManagerError) return cause;
  return new ManagerError(`initializing local LXD server: ${errorText(cause)}`, {
    code: "SERVER_NOT_OPENED",
    cause,
    hint: LxdkitError.is(cause) ? cause.hint : undefined,
  });
}
