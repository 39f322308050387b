import type { Clock } from "../core/clock.ts";
import type { Changes } from "./changes.ts";
import type { InstalledSnap, StoreSnap } from "./snaps.ts";

/** All that a fake snapd knows. */
export interface SnapdState {
  readonly version: string;
  readonly clock: Clock;
  readonly store: ReadonlyMap<string, StoreSnap>;
  readonly installed: Map<string, InstalledSnap>;
  readonly changes: Changes;
  /** Configuration of the system, by key with dots. */
  readonly systemConfig: Map<string, unknown>;
}

/** A request as a handler sees it. */
export interface SnapdRequest {
  readonly state: SnapdState;
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  readonly body: string;
}

/** What a handler answers. */
export type SnapdReply =
  | { readonly result: unknown; readonly extra?: Readonly<Record<string, unknown>> }
  | { readonly change: string };
