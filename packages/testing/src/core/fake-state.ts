import type { Flavour } from "@lxdkit/protocol";
import type { EventHub } from "../events/event-hub.ts";
import type { Consoles } from "../instances/console/consoles.ts";
import type { FakeCommands } from "../instances/exec/command.ts";
import type { RunningInstance } from "../instances/instance-power.ts";
import type { LeasePool } from "../instances/lease-pool.ts";
import type { OperationStore, RunningOperation } from "../operations/operation-store.ts";
import type { Expiry } from "../server/expiry.ts";
import type { Clock } from "./clock.ts";
import type { FlavourFacts } from "./flavour-facts.ts";
import type { Random } from "./random.ts";
import type { ImageRecord, InstanceRecord } from "./records.ts";
import type { Store } from "./store.ts";

/** How long the fake takes for what takes real servers a while; milliseconds. */
export interface FakeTimings {
  /** To make an instance from an image that is there. */
  readonly createMs: number;
  /** To download an image. */
  readonly downloadMs: number;
  /** To start an instance. */
  readonly bootMs: number;
  /** From the start to the DHCP address; the global IPv6 address takes twice as long. */
  readonly leaseMs: number;
  /** To stop an instance gracefully; by force it takes a tenth. */
  readonly stopMs: number;
  /** From the answer to an events listener until it is heeded; events in between are lost to it, as LXD 5.0.2 does. */
  readonly listenMs: number;
}

/** A certificate of the server with its key. */
export interface ServerCertificate {
  readonly pem: string;
  readonly key: string;
  readonly fingerprint: string;
}

/** Everything that the fake server is and knows. */
export interface FakeState {
  readonly flavour: Flavour;
  readonly facts: FlavourFacts;
  readonly version: string;
  /** What its machine runs, in the kernel's names: its own architecture first. */
  readonly architectures: readonly string[];
  /** The API extensions that it announces. */
  readonly extensions: readonly string[];
  /** The server's name; in a cluster that of the member. */
  readonly name: string;
  /** The member of the cluster that it acts as; `none` while it is alone. */
  readonly location: string;
  /** The same server as the member with that name; what is started and told there says so. */
  on(member: string): FakeState;
  readonly directory: string;
  /** The server's certificate, made when it is first asked for. */
  certificate(): Promise<ServerCertificate>;
  /** Shows another certificate from now on. */
  replaceCertificate(pair: Pick<ServerCertificate, "pem" | "key">): Promise<void>;
  /** PEM of authorities to trust on image servers besides the usual ones. */
  readonly imageServerCa: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly timings: FakeTimings;
  /** Commands that instances have besides the built-in ones. */
  readonly commands: FakeCommands;
  /** What is saved; everything below is lost with the server. */
  readonly store: Store;
  /** The switches of the instances that run. */
  readonly running: Map<InstanceRecord, RunningInstance>;
  readonly consoles: Consoles;
  /** Who holds the console of an instance, where only one may. */
  readonly consoleSessions: Map<InstanceRecord, RunningOperation>;
  readonly leases: LeasePool;
  /** Folders with the logs of instances, which stay when those are gone. */
  readonly logFolders: Set<string>;
  /** Downloads under way, by fingerprint. */
  readonly downloads: Map<string, Promise<ImageRecord>>;
  readonly operations: OperationStore;
  readonly events: EventHub;
  readonly expiry: Expiry;
  /** Whether something that needs space finds none; to be asked once for each. */
  lacksSpace(): boolean;
  /** Addresses (`host:port`) that it listens on for HTTPS. */
  httpsAddresses(): readonly string[];
  /** Listens for HTTPS at `address` from now on, or nowhere when it is empty; a `Refusal` says that it cannot. */
  listen(address: string): Promise<string>;
  /** Opens and closes the HTTPS sides of the other members, as the records of the members say by now. */
  updateMembers(): Promise<void>;
  /** Starts the daemon anew with nothing but its own configuration, once the request is answered. */
  reset(): void;
}
