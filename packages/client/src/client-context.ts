import type { ServerInfo } from "@lxdkit/protocol";
import type { Connection } from "@lxdkit/transport";
import type { EventHub } from "./event-hub.ts";
import type { LookAtOperations } from "./look-at-operations.ts";
import type { OperationsApi } from "./operations.ts";

/** What the calls of one client share. */
export interface ClientContext {
  readonly connection: Connection;
  readonly hub: EventHub;
  /** Where a call works unless it says otherwise. */
  readonly project: string | undefined;
  /** The cluster member that does a call unless it says otherwise. */
  readonly target: string | undefined;
  /** `GET /1.0`, read once and kept: what the server can do does not change while it runs. */
  info(signal?: AbortSignal): Promise<ServerInfo>;
  readonly operations: Pick<OperationsApi, "list" | "get" | "wait" | "openSocket" | "cancel">;
  /** One look at all operations for everybody who waits. */
  readonly look: LookAtOperations;
}
