import { type Client, createClient } from "@lxdkit/client";
import { type Flavour, flavourOf, type ServerInfo } from "@lxdkit/protocol";
import type { Connection } from "@lxdkit/transport";
import { type ClusterTasks, clusterTasks } from "./cluster/cluster-tasks.ts";
import { createPlacements } from "./cluster/placements.ts";
import { readMemberInfo } from "./cluster/read-member-info.ts";
import { type ConfigurationTasks, configurationTasks } from "./configuration/configuration-tasks.ts";
import { type ServerFacts, serverFacts } from "./configuration/server-facts.ts";
import { type ContainerTasks, containerTasks } from "./containers/container-tasks.ts";
import { type ImageTasks, imageTasks } from "./images/image-tasks.ts";
import { createFlights } from "./images/single-flight.ts";
import { type NetworkTasks, networkTasks } from "./networks/network-tasks.ts";
import { type ProfileTasks, profileTasks } from "./profiles/profile-tasks.ts";
import type { ServerHost } from "./server-host.ts";
import { type StorageTasks, storageTasks } from "./storage/storage-tasks.ts";
import { createTurns } from "./turns.ts";
import { createStatePoller } from "./waiting/state-poller.ts";
import { type WaitTasks, waitTasks } from "./waiting/wait-tasks.ts";

/** One server, with judgement: tasks that take several requests and clean up after themselves. */
export interface Server
  extends
    ServerFacts,
    ConfigurationTasks,
    ProfileTasks,
    ImageTasks,
    ContainerTasks,
    WaitTasks,
    NetworkTasks,
    StorageTasks,
    ClusterTasks,
    AsyncDisposable {
  /** `GET /1.0` as read when the server was opened. */
  readonly info: ServerInfo;
  readonly flavour: Flavour;
  /** For example `5.0.2`. */
  readonly version: string;
  /** Milliseconds since 1970 on the clock of the server's owner. */
  now(): number;
  /** The single calls. */
  readonly client: Client;
  /**
   * The same server, working on this member of its cluster: each request says so. Closing it closes nothing; the
   * connection goes on belonging to the server that was opened.
   *
   * @throws {ServerError} `MEMBER_NOT_FOUND`, `MEMBER_UNREACHABLE`.
   */
  useTargetServer(member: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<Server>;
  /** The same server, working in this project. Sends nothing; closing it closes nothing. */
  useProject(name: string): Server;
  /** Closes the connection. */
  close(): Promise<void>;
}

/** Options of {@link openServer}. */
export interface OpenServerOptions {
  readonly signal?: AbortSignal | undefined;
  /** Project to work in; the server's `default` unless given. */
  readonly project?: string | undefined;
  /** Milliseconds since 1970; the system clock by default. */
  readonly now?: (() => number) | undefined;
}

/**
 * Reads a server once and gives the tasks that can be done on it. The connection belongs to the result from then on,
 * also when opening fails.
 *
 * @throws {TransportError} when the server cannot be reached.
 * @throws {ApiError} when it refuses.
 */
export async function openServer(connection: Connection, options: OpenServerOptions = {}): Promise<Server> {
  const client = createClient(connection, { project: options.project });
  let info: ServerInfo;
  try {
    info = await client.info({ signal: options.signal });
  } catch (error) {
    await connection.close();
    throw error;
  }
  const now = options.now ?? Date.now;
  const parts = {
    client,
    info,
    now,
    poller: createStatePoller(client),
    edits: createTurns(),
    searches: { flights: createFlights(), turns: createTurns() },
    placements: createPlacements(now),
  } satisfies HostParts;
  return serverOf(parts, () => {
    client.events.close();
    return connection.close();
  });
}

/** What servers of one connection share, and where they work. */
type HostParts = Omit<ServerHost, "facts" | "flavour">;

/** Puts a server together from what it can do. */
function serverOf(parts: HostParts, close: () => Promise<void>): Server {
  const { client, info, now } = parts;
  const flavour = flavourOf(info);
  const facts = serverFacts(info);
  const host: ServerHost = { ...parts, facts, flavour };
  return {
    info,
    flavour,
    version: info.environment?.server_version ?? "",
    ...facts,
    now,
    client,
    ...configurationTasks(host),
    ...profileTasks(host),
    ...imageTasks(host),
    ...containerTasks(host),
    ...waitTasks(host),
    ...networkTasks(host),
    ...storageTasks(host),
    ...clusterTasks(host),
    async useTargetServer(member, { signal } = {}) {
      const targeted = client.in({ target: member });
      const memberInfo = await readMemberInfo(targeted, member, signal);
      // The poller stays: one loop serves the waits for all members.
      return serverOf({ ...parts, client: targeted, info: memberInfo }, closeNothing);
    },
    useProject(name) {
      const inProject = client.in({ project: name });
      return serverOf({ ...parts, client: inProject, poller: createStatePoller(inProject) }, closeNothing);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function closeNothing(): Promise<void> {
  // The connection is another server's.
}
