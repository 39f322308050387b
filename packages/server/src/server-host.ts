import type { Client } from "@lxdkit/client";
import type { Flavour, ServerInfo } from "@lxdkit/protocol";
import type { ServerFacts } from "./configuration/server-facts.ts";
import type { Placements } from "./cluster/placements.ts";
import type { SearchesUnderWay } from "./images/find-image.ts";
import type { Turns } from "./turns.ts";
import type { StatePoller } from "./waiting/state-poller.ts";

/** What the tasks on one server share. */
export interface ServerHost {
  readonly client: Client;
  /** `GET /1.0` as read when the server was opened. */
  readonly info: ServerInfo;
  /** What that says, read out. */
  readonly facts: ServerFacts;
  readonly flavour: Flavour;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly poller: StatePoller;
  /** Where changes wait for each other. */
  readonly edits: Turns;
  /** Images that are looked for and copied. */
  readonly searches: SearchesUnderWay;
  /** Members of the cluster that were chosen for instances. */
  readonly placements: Placements;
}
