import type { Devices, Flavour, ImageAlias, InstanceType } from "@lxdkit/protocol";
import type { Clock } from "./clock.ts";
import type { EventHub } from "../events/event-hub.ts";
import type { FlavourFacts } from "./flavour-facts.ts";
import type { OperationStore } from "../operations/operation-store.ts";
import type { Random } from "./random.ts";

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

/** An image of the fake. */
export interface ImageRecord {
  readonly fingerprint: string;
  readonly architecture: string;
  readonly type: InstanceType;
  readonly properties: Readonly<Record<string, string>>;
  readonly sizeBytes: number;
  readonly public: boolean;
  readonly filename: string;
  readonly createdAt: string;
  readonly uploadedAt: string;
  readonly expiresAt: string;
  lastUsedAt: string;
  /** Set when the server downloaded it by itself. */
  readonly source?: { readonly alias: string; readonly server: string };
}

/** A profile of the fake. */
export interface ProfileRecord {
  readonly name: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  readonly devices: Devices;
}

/** What an instance holds while it runs. */
export interface RunningInstance {
  readonly pid: number;
  readonly startedAt: string;
  /** Addresses on each network interface, by interface name; filled when leases come. */
  readonly addresses: Map<string, { inet?: string; inet6?: string; link?: string }>;
  /** Ends it at once; a second call does nothing. */
  switchOff(): void;
  /** Settles when it is off. */
  readonly off: Promise<void>;
}

/** An instance of the fake. */
export interface InstanceRecord {
  readonly name: string;
  readonly type: InstanceType;
  readonly createdAt: string;
  /** False for instances that were made without an image. */
  readonly bootable: boolean;
  architecture: string;
  description: string;
  ephemeral: boolean;
  config: Readonly<Record<string, string>>;
  devices: Devices;
  profiles: readonly string[];
  lastUsedAt: string;
  frozen: boolean;
  running: RunningInstance | undefined;
  /** The change that is under way; another one is refused. */
  busy: "create" | "start" | "stop" | "restart" | undefined;
}

/** Everything that the fake server knows. */
export interface FakeState {
  readonly flavour: Flavour;
  readonly facts: FlavourFacts;
  readonly version: string;
  readonly name: string;
  readonly directory: string;
  /** The server's certificate, made when it is first asked for. */
  certificate(): Promise<{ readonly pem: string; readonly fingerprint: string }>;
  /** PEM of authorities to trust on image servers besides the usual ones. */
  readonly imageServerCa: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
  readonly timings: FakeTimings;
  readonly config: Readonly<Record<string, string>>;
  readonly instances: Map<string, InstanceRecord>;
  readonly images: Map<string, ImageRecord>;
  readonly aliases: Map<string, ImageAlias>;
  readonly profiles: Map<string, ProfileRecord>;
  /** Downloads under way, by fingerprint. */
  readonly downloads: Map<string, Promise<ImageRecord>>;
  readonly operations: OperationStore;
  readonly events: EventHub;
}
