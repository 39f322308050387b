import type { Client } from "@lxdkit/client";
import type { Flavour, ServerInfo } from "@lxdkit/protocol";
import type { StatePoller } from "./waiting/state-poller.ts";

/** What the tasks on one server share. */
export interface ServerHost {
  readonly client: Client;
  /** `GET /1.0` as read when the server was opened. */
  readonly info: ServerInfo;
  readonly flavour: Flavour;
  readonly poller: StatePoller;
}
