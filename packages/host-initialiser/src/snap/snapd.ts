import type { HostAccess } from "../host/host-access.ts";
import { askSnapd, type SnapdAnswer } from "./snapd-request.ts";
import { SnapdError } from "./snapd-error.ts";

/** A snap that is installed. */
export interface Snap {
  readonly name: string;
  readonly version: string;
  readonly revision: string;
  /** What it follows, for example `latest/stable/ubuntu-20.04`. */
  readonly channel: string;
}

/** A change of snapd as it stands. */
export interface SnapdChange {
  readonly id: string;
  readonly kind: string;
  readonly summary: string;
  readonly status: string;
  readonly isReady: boolean;
  /** Why it failed; empty when it did not. */
  readonly error: string;
  /** What is going on, for people, for example `Download snap "lxd" (30130): 47%`. */
  readonly progress: string;
}

/** Options of {@link createSnapd}. */
export type SnapdOptions = Pick<HostAccess, "snapdSocket" | "sleep"> & {
  /** Milliseconds that an answer may take, 30,000 by default; an answer that needs the store 10,000. */
  readonly timeoutMs?: number | undefined;
  readonly storeTimeoutMs?: number | undefined;
};

/** Options of a question to snapd. */
export interface SnapdCallOptions {
  readonly signal?: AbortSignal | undefined;
}

/** The REST API of snapd, as far as it is needed. All calls throw {@link SnapdError}. */
export interface Snapd {
  /** `GET /v2/system-info`: its version. */
  version(options?: SnapdCallOptions): Promise<string>;
  /** `GET /v2/snaps`. */
  list(options?: SnapdCallOptions): Promise<readonly Snap[]>;
  /** `GET /v2/snaps/{name}`; undefined when it is not installed. */
  find(name: string, options?: SnapdCallOptions): Promise<Snap | undefined>;
  /** `GET /v2/find?name=`: the channels of a snap of the store. Asks the store, which may not be there. */
  channelsOf(name: string, options?: SnapdCallOptions): Promise<Readonly<Record<string, string>>>;
  /** `GET /v2/changes`: those under way. */
  changes(options?: SnapdCallOptions): Promise<readonly SnapdChange[]>;
  /** Sends an action for a snap and follows its change to the end. */
  change(
    name: string,
    body: { readonly action: "install" | "refresh"; readonly channel: string },
    options?: SnapdCallOptions & { readonly onProgress?: ((text: string) => void) | undefined },
  ): Promise<void>;
}

/** Milliseconds between two looks at a change. */
const lookMs = 250;
/** Attempts of an action that another change is in the way of, or whose snap could not be mounted. */
const attempts = 3;
const attemptPauseMs = 10_000;

/** Makes a {@link Snapd}; nothing is sent. */
export function createSnapd(options: SnapdOptions): Snapd {
  const { snapdSocket, sleep, timeoutMs = 30_000, storeTimeoutMs = 10_000 } = options;
  const get = async (path: string, { signal }: SnapdCallOptions, limitMs = timeoutMs): Promise<unknown> =>
    (await askSnapd(snapdSocket, "GET", path, { signal, timeoutMs: limitMs })).result;

  const follow = async (id: string, { signal, onProgress }: FollowOptions): Promise<void> => {
    let told = "";
    for (;;) {
      const change = readChange(await get(`/v2/changes/${encodeURIComponent(id)}`, { signal }));
      if (change.isReady) {
        if (change.status === "Done") return;
        throw new SnapdError(`${change.summary} failed (${change.status}): ${change.error.trim()}`, {
          code: "SNAP_CHANGE_FAILED",
          address: snapdSocket,
          step: change.kind,
          hint: `See what happened with snap change ${id}.`,
        });
      }
      if (change.progress !== told) onProgress?.((told = change.progress));
      await sleep(lookMs, signal);
    }
  };

  const once = async (name: string, body: object, how: FollowOptions): Promise<void> => {
    const path = `/v2/snaps/${encodeURIComponent(name)}`;
    const { change }: SnapdAnswer = await askSnapd(snapdSocket, "POST", path, { body, signal: how.signal, timeoutMs });
    if (change !== "") await follow(change, how);
  };

  return {
    version: async (how = {}) => textOf((await get("/v2/system-info", how)) as object, "version"),
    list: async (how = {}) => listOf(await get("/v2/snaps", how)).map(readSnap),
    async find(name, how = {}) {
      try {
        return readSnap(await get(`/v2/snaps/${encodeURIComponent(name)}`, how));
      } catch (error) {
        if (SnapdError.is(error) && error.code === "SNAP_NOT_FOUND") return undefined;
        throw error;
      }
    },
    async channelsOf(name, how = {}) {
      const [found] = listOf(await get(`/v2/find?name=${encodeURIComponent(name)}`, how, storeTimeoutMs));
      const channels = (found as { readonly channels?: Readonly<Record<string, object>> } | undefined)?.channels ?? {};
      return Object.fromEntries(Object.entries(channels).map(([channel, of]) => [channel, textOf(of, "version")]));
    },
    changes: async (how = {}) => listOf(await get("/v2/changes", how)).map(readChange),
    async change(name, body, how = {}) {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await once(name, body, how);
        } catch (error) {
          how.signal?.throwIfAborted();
          if (attempt === attempts || !isPassing(error)) throw error;
          await sleep(attemptPauseMs, how.signal);
        }
      }
    },
  };
}

interface FollowOptions extends SnapdCallOptions {
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** A change in the way ends by itself, and mounting a snap is known to fail now and then; snapd has no kind for that. */
function isPassing(error: unknown): boolean {
  if (!SnapdError.is(error)) return false;
  return (
    error.code === "SNAP_BUSY" || (error.code === "SNAP_CHANGE_FAILED" && /mount snap .*failed/is.test(error.message))
  );
}

function readSnap(value: unknown): Snap {
  const snap = value ?? {};
  const tracking = textOf(snap, "tracking-channel");
  return {
    name: textOf(snap, "name"),
    version: textOf(snap, "version"),
    revision: textOf(snap, "revision"),
    channel: tracking === "" ? textOf(snap, "channel") : tracking,
  };
}

function readChange(value: unknown): SnapdChange {
  const change = (value ?? {}) as { readonly ready?: unknown; readonly tasks?: unknown };
  const task = listOf(change.tasks).find((one) => textOf(one ?? {}, "status") === "Doing") as
    | { readonly summary?: string; readonly progress?: { readonly done?: number; readonly total?: number } }
    | undefined;
  const { done = 0, total = 0 } = task?.progress ?? {};
  const share = total > 1 ? `: ${String(Math.floor((100 * done) / total))}%` : "";
  return {
    id: textOf(change, "id"),
    kind: textOf(change, "kind"),
    summary: textOf(change, "summary"),
    status: textOf(change, "status"),
    isReady: change.ready === true,
    error: textOf(change, "err"),
    progress: task === undefined ? "" : `${task.summary ?? ""}${share}`,
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: object, key: string): string {
  const found = (value as Readonly<Record<string, unknown>>)[key];
  return typeof found === "string" ? found : "";
}
