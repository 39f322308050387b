import type { Flavour } from "@lxdkit/protocol";
import type { SimplestreamsHost } from "@lxdkit/simplestreams/testing";
import type { BuiltImage } from "./images/pack-image.ts";

/** Input of {@link openTestbed}. */
export interface OpenTestbedOptions {
  /** The family of the servers; `lxd` by default. */
  readonly flavour?: Flavour;
  /** One server on its own, or a cluster of three; 1 by default. */
  readonly members?: 1 | 3;
  /**
   * Whether the server gets its network, pool, profile, image and HTTPS address; true by default. False is for what
   * initialises a server itself.
   */
  readonly initialised?: boolean;
  /** Also publishes the cloud image, which is built first when it is not in the cache (some two minutes). */
  readonly cloudImage?: boolean;
  /** Aborting it while the bed opens rejects with the signal's reason; aborting it later closes the bed. */
  readonly signal?: AbortSignal;
  /** Called with a few words at each stage of opening. */
  readonly onStep?: (step: string) => void;
  /** Called with the bed's folder as soon as it exists. */
  readonly onDirectory?: (directory: string) => void;
  /** Milliseconds that each server may take to answer for the first time; 60 000 by default. */
  readonly startTimeoutMs?: number;
}

/** One server of a bed. */
export interface TestbedMember {
  /** `m1`, `m2`, `m3`; in a cluster also the server's name in it. */
  readonly name: string;
  /** The server's state directory. */
  readonly directory: string;
  /** The file with the server's log. */
  readonly logFile: string;
  /** The server's unix socket; it can be used from anywhere on this machine. */
  readonly socketPath: string;
  /** The server's HTTPS address; it is the same for this process, for the server itself and for other members. */
  readonly httpsUrl: string;
  /** The server's certificate in PEM form. In a cluster, all members show the same one. */
  readonly serverCertificate: string;
}

/** The simplestreams host that belongs to a bed. The bed's servers trust its certificate. */
export interface TestbedSimplestreams {
  /** The host's address, the same inside and outside of the bed. */
  readonly url: string;
  /** The host's certificate in PEM form. */
  readonly certificate: string;
  /** A file with that certificate. */
  readonly certificateFile: string;
  /** The host itself: its requests so far, and a way to publish more images. */
  readonly host: SimplestreamsHost;
}

/** The images of a bed. */
export interface TestbedImages {
  /** BusyBox; imported under the alias `tiny`, published as `tiny` and `jammy`. */
  readonly tiny: BuiltImage;
  /** Debian 12 with systemd and cloud-init; published as `cloud`. */
  readonly cloud?: BuiltImage;
}

/** Options of {@link Testbed.run}. */
export interface TestbedRunOptions {
  /** The member in whose surroundings the command runs; the first by default. */
  readonly member?: string;
  /** Text for the command's standard input, which is empty by default. */
  readonly input?: string;
  /** Variables besides those of the bed. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Gives the result of a failing command too, instead of throwing; false by default. */
  readonly allowFailure?: boolean;
  /** Ends the command. */
  readonly signal?: AbortSignal;
  /** Milliseconds after which the command is ended; no limit by default. */
  readonly timeoutMs?: number;
}

/** Which member {@link Testbed.killMember} and {@link Testbed.startMember} mean. */
export interface TestbedMemberOptions {
  /** Its name; the first by default. */
  readonly member?: string;
  readonly signal?: AbortSignal;
}

/** How a command ended. */
export interface TestbedRunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit code; -1 when a signal ended the command. */
  readonly exitCode: number;
}

/** Throw-away real servers, from {@link openTestbed}. */
export interface Testbed extends AsyncDisposable {
  readonly flavour: Flavour;
  /** The servers' own version, for example `5.0.2`. */
  readonly version: string;
  /** The bed's folder; it is removed with the bed. */
  readonly directory: string;
  readonly members: readonly TestbedMember[];
  /** Socket of the first member. */
  readonly socketPath: string;
  /** HTTPS address of the first member. */
  readonly httpsUrl: string;
  /** Certificate of the first member in PEM form. */
  readonly serverCertificate: string;
  readonly simplestreams: TestbedSimplestreams;
  readonly images: TestbedImages;
  /**
   * Variables for child programs: `LXD_DIR` and `LXD_CONF` (or `INCUS_DIR` and `INCUS_CONF`), `BED` (the folder),
   * `BED_SS` (the simplestreams host), `BED_URL` (the first member), `NODE_EXTRA_CA_CERTS` and `SSL_CERT_FILE`.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Adds a client certificate to the servers' trust store. Rejects with `TESTBED_REQUEST_FAILED`. */
  trust(certificate: string, options: { readonly name: string; readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Runs a command inside the bed's namespaces, where its networks and containers are.
   *
   * Rejects with `TESTBED_COMMAND_FAILED` when the command fails.
   */
  run(command: readonly string[], options?: TestbedRunOptions): Promise<TestbedRunResult>;
  /**
   * Kills a member's server (SIGKILL), as a crash does: what it has started, containers too, lives on. Resolves when the
   * process is gone.
   */
  killMember(options?: TestbedMemberOptions): Promise<void>;
  /**
   * Starts the server of a member that was killed, the way the bed did. Resolves when it answers; rejects with
   * `TESTBED_START_FAILED` when it does not within the time that the bed had for that.
   */
  startMember(options?: TestbedMemberOptions): Promise<void>;
  /** Ends the servers and everything they started, and resolves when nothing is left. May be called more than once. */
  close(): Promise<void>;
}
