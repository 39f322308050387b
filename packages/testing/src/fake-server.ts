import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { certificateFingerprint, createSelfSignedCertificate } from "@lxdkit/certificates";
import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import { type Clock, pause, systemClock } from "./core/clock.ts";
import { type FakeMember, fakeMembers, setOnline } from "./cluster/fake-members.ts";
import { addMemberCertificates } from "./cluster/member-certificates.ts";
import { createMemberListeners, type MemberListeners } from "./cluster/member-listeners.ts";
import { stateOn } from "./cluster/member-state.ts";
import { firstMember } from "./cluster/members.ts";
import { addMembers, keepAddress } from "./cluster/form-cluster.ts";
import { createEventHub } from "./events/event-hub.ts";
import type { FakeState, FakeTimings } from "./core/fake-state.ts";
import type { FaultControls } from "./faults/fault-controls.ts";
import { createFaults, type Faults } from "./faults/faults.ts";
import { runnableOn } from "./core/architectures.ts";
import { factsOf } from "./core/flavour-facts.ts";
import { createHttpFront } from "./core/http-front.ts";
import { createRequestLog, type LoggedRequest, type RequestLog } from "./core/request-log.ts";
import { createLifeClock, type LifeClock } from "./core/life-clock.ts";
import { leaveDeadSocket, listenOnSocket, shutServer } from "./core/listen-on-socket.ts";
import { createHttpsListener, type HttpsListener } from "./core/https-listener.ts";
import { createStore, type FakeSnapshot, saveStore } from "./core/store.ts";
import { addImage, type FakeImage } from "./images/image-store.ts";
import { addInitialRecords, emptySnapshot } from "./initial-records.ts";
import { resumeInstances } from "./instances/instance-power.ts";
import type { FakeSetup } from "./setup/fake-setup.ts";
import { type BootLog, createConsoles, usualBootLog } from "./instances/console/consoles.ts";
import type { InstanceFiles } from "./instances/files/file-tree.ts";
import { filesOf } from "./instances/files/instance-files.ts";
import type { FakeCommands } from "./instances/exec/command.ts";
import { createLeasePool } from "./instances/lease-pool.ts";
import { createOperationStore } from "./operations/operation-store.ts";
import type { Random } from "./core/random.ts";
import { routes } from "./routes.ts";
import { apiExtensions } from "./server/api-extensions.ts";
import { createExpiry, watchKept } from "./server/expiry.ts";

/** Where to listen for HTTPS. */
export interface HttpsAddress {
  /** `127.0.0.1` by default. */
  readonly host?: string;
  /** A free one by default. */
  readonly port?: number;
}

/** Options of {@link startFakeServer}. */
export interface FakeServerOptions extends Partial<FakeTimings> {
  /** Which family it plays; `lxd` by default. */
  readonly flavour?: Flavour;
  /** What it says its version is; `5.0.2` or `6.0.4` by default. */
  readonly version?: string;
  /** The architecture of its machine, in the kernel's name; `x86_64` by default. */
  readonly architecture?: string;
  /** The API extensions that it announces; those of its family by default. What it can do is the same. */
  readonly extensions?: readonly string[];
  /** Its server name; `fake` by default. */
  readonly name?: string;
  /**
   * Names of the members of the cluster that it plays; the first is its own name, instead of `name`. It then listens for
   * HTTPS, and so does each member. Alone by default. Without effect on a `state`.
   */
  readonly members?: readonly string[];
  /** What it knows from the start, as {@link FakeServer.save} wrote it; that of a new server by default. */
  readonly state?: FakeSnapshot;
  /** Whether it has a bridge and a pool, as after `lxd init --auto`; true by default. Without effect on a `state`. */
  readonly initialised?: boolean;
  /** What it has besides, for example `[withProject({ name: "p1" })]`; added in this order. */
  readonly setup?: readonly FakeSetup[];
  /** Images in its store from the start; none by default. */
  readonly images?: readonly FakeImage[];
  /**
   * Commands that its instances have besides the built-in ones, by name or path, for example
   * `{ apt: ({ args, stdout }) => void stdout.write(`${args.join(" ")}\n`) }`. None by default.
   */
  readonly commands?: FakeCommands;
  /** What an instance writes to its console when it starts; a few lines of a small system by default. */
  readonly bootLog?: BootLog;
  /** Listens for HTTPS too: `true` for a free port of the loopback address. Not by default. */
  readonly https?: boolean | HttpsAddress;
  /** Port of an HTTPS address that is configured without one; 8443 by default, 0 picks a free one. */
  readonly httpsPort?: number;
  /** PEM of the authorities to trust on image servers; those of Node by default. */
  readonly imageServerCa?: string;
  /** Where the socket goes; a private directory that is removed at the end by default. */
  readonly directory?: string;
  /** Path of the socket; `unix.socket` in the directory by default. At most 107 bytes. */
  readonly socketPath?: string;
  /** How many requests its log keeps, the youngest; all by default. */
  readonly loggedRequests?: number;
  /** The system clock by default. */
  readonly clock?: Clock;
  /** `Math.random` by default. */
  readonly random?: Random;
}

/** Options of {@link FakeServer.restart}. */
export interface RestartOptions {
  /** Milliseconds on the fake's clock from the end of the old daemon to the start of the new one; 0 by default. */
  readonly downtimeMs?: number;
}

/** A server that speaks the protocol of LXD or Incus and keeps everything in memory. */
export interface FakeServer extends FaultControls, AsyncDisposable {
  readonly flavour: Flavour;
  /** Path of its unix socket. */
  readonly socketPath: string;
  /** The directory that the socket is in. */
  readonly directory: string;
  /** For example `https://127.0.0.1:8443`; undefined while it does not listen for HTTPS. */
  readonly httpsUrl: string | undefined;
  /** The members of its cluster, itself first; empty while it is alone. */
  readonly members: readonly FakeMember[];
  /** Lets another member of the cluster fall silent, as when its machine fails: what is there cannot be reached. */
  takeOffline(member: string): Promise<void>;
  /** Brings a member back that was taken offline. */
  bringOnline(member: string): Promise<void>;
  /** The server's certificate in PEM. Making it takes a moment, so it is made when it is first needed. */
  certificate(): Promise<string>;
  /**
   * The files of an instance, to look at and to change.
   *
   * @throws {LxdkitError} `FAKE_NO_SUCH_INSTANCE`.
   */
  files(instance: string, options?: { readonly project?: string }): InstanceFiles;
  /** All that it knows at this moment, to start another fake with; what is under way is not part of it. */
  save(): FakeSnapshot;
  /** Every request that arrived, the oldest first. */
  readonly requests: readonly LoggedRequest[];
  /** Cuts every events socket without a close frame. New ones may be opened. */
  dropEvents(): void;
  /**
   * Ends the daemon and starts it again at the same socket and port: connections break, operations and tokens are gone,
   * what was half done stays so, and instances that run go on running. Planted faults and the log of requests stay.
   */
  restart(options?: RestartOptions): Promise<void>;
  /** Ends all connections and removes the socket. */
  close(): Promise<void>;
}

const defaultTimings: FakeTimings = { createMs: 4, downloadMs: 10, bootMs: 4, leaseMs: 4, stopMs: 4, listenMs: 0 };

/**
 * Starts a fake LXD or Incus server on a unix socket.
 *
 * @throws {LxdkitError} `FAKE_SOCKET_TAKEN` when something is at the socket's path already, `FAKE_SOCKET_PATH_TOO_LONG`,
 * or `FAKE_NOT_LISTENING` when the socket cannot be made for another reason or the HTTPS address cannot be listened at;
 * `address` is the path or the HTTPS address.
 */
export async function startFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const isPrivate = options.directory === undefined && options.socketPath === undefined;
  const directory = isPrivate
    ? await mkdtemp(join(tmpdir(), "lxdkit-fake-"))
    : (options.directory ?? dirname(options.socketPath ?? ""));
  const socketPath = options.socketPath ?? join(directory, "unix.socket");
  await mkdir(directory, { recursive: true });
  const removeDirectory = async (): Promise<void> => {
    if (isPrivate) await rm(directory, { recursive: true, force: true });
  };

  const faults = createFaults();
  const requests = createRequestLog(options.loggedRequests ?? Number.POSITIVE_INFINITY);
  const certificate = lazyCertificate(nameOf(options));
  const reset = (state: FakeSnapshot): void => void (restarting = restarting.then(() => restart({}, state)));
  const parts = { directory, socketPath, faults, requests, certificate, reset };
  let daemon: Daemon;
  try {
    daemon = await startDaemon(options, parts);
  } catch (error) {
    await removeDirectory();
    throw error;
  }
  const closed = new AbortController();
  let closing: Promise<void> | undefined;
  let restarting: Promise<void> = Promise.resolve();
  const restart = async ({ downtimeMs = 0 }: RestartOptions, next?: FakeSnapshot): Promise<void> => {
    if (closed.signal.aborted) return;
    const state = next ?? saveStore(daemon.state.store, daemon.state.flavour);
    await daemon.end();
    if (downtimeMs > 0) {
      await leaveDeadSocket(socketPath);
      await pause(options.clock ?? systemClock, downtimeMs, closed.signal).catch(() => undefined);
      await rm(socketPath);
    }
    if (closed.signal.aborted) return;
    const { setup: _, images: _images, https: _https, ...rest } = options;
    daemon = await startDaemon({ ...rest, state }, parts);
  };
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      closed.abort();
      await restarting.catch(() => undefined);
      await daemon.end();
      await removeDirectory();
    })());
  return {
    ...faults.controls,
    flavour: daemon.state.flavour,
    socketPath,
    directory,
    get httpsUrl() {
      const [address] = daemon.state.httpsAddresses();
      return address === undefined ? undefined : `https://${address}`;
    },
    get members() {
      return fakeMembers(daemon.state);
    },
    takeOffline: (member) => setOnline(daemon.state, member, false),
    bringOnline: (member) => setOnline(daemon.state, member, true),
    certificate: async () => (await certificate.get()).pem,
    files: (name, { project = "default" } = {}) => filesByName(daemon.state, name, project),
    save: () => saveStore(daemon.state.store, daemon.state.flavour),
    requests: requests.entries,
    dropEvents: () => daemon.state.events.drop(),
    restart: (how = {}) => (restarting = restarting.catch(() => undefined).then(() => restart(how))),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The daemon of a fake from one start to the next. */
interface Daemon {
  readonly state: FakeState;
  /** Ends all connections, and everything that is under way. */
  end(): Promise<void>;
}

/** What one daemon hands on to the next. */
interface DaemonParts {
  readonly directory: string;
  readonly socketPath: string;
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly certificate: CertificateHolder;
  /** Starts the next daemon with this state. */
  reset(state: FakeSnapshot): void;
}

async function startDaemon(options: FakeServerOptions, parts: DaemonParts): Promise<Daemon> {
  const { faults, requests, certificate } = parts;
  const clock = createLifeClock(options.clock ?? systemClock);
  let https: HttpsListener | undefined;
  const state = createState({ options, parts, clock, https: () => https, members: () => members });
  const members: MemberListeners = createMemberListeners(state, (server, member) => front.serve(server, member));
  const front = createHttpFront({ state, routes, faults, log: requests.add });
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
  const end = async (): Promise<void> => {
    front.dropUpgraded();
    clock.end();
    await Promise.all([server.listening ? shutServer(server) : undefined, https?.close(), members.close()]);
  };
  try {
    front.serve(server);
    await listenOnSocket(server, parts.socketPath);
    const defaultPort = options.httpsPort;
    https = createHttpsListener({ certificate: certificate.get, serve: front.serve, defaultPort });
    const wanted = httpsAddressOf(options);
    if (wanted !== undefined) keepAddress(state, await listenForHttps(https, wanted));
    if (options.state === undefined) await addMemberCertificates(state, options.members ?? []);
    await members.update();
  } catch (error) {
    await end();
    throw error;
  }
  return { state, end };
}

async function listenForHttps(https: HttpsListener, address: string): Promise<string> {
  try {
    return await https.listen(address);
  } catch (cause) {
    throw new LxdkitError(`the fake server cannot listen on ${address}: ${(cause as Error).message}`, {
      code: "FAKE_NOT_LISTENING",
      cause,
      address,
      hint: "Choose an address of this machine and a port that is free, or port 0.",
    });
  }
}

function filesByName(state: FakeState, name: string, project: string): InstanceFiles {
  const instance = state.store.instances.get(project, name);
  if (instance !== undefined) return filesOf(state, instance);
  throw new LxdkitError(`the fake server has no instance ${name} in the project ${project}`, {
    code: "FAKE_NO_SUCH_INSTANCE",
    hint: "Make it first, or name the project that it is in.",
  });
}

/** The address to listen at; undefined for none. */
function httpsAddressOf({ https = false, state, members = [] }: FakeServerOptions): string | undefined {
  if (https === false && state !== undefined) return state.config["core.https_address"];
  if (https === false && members.length > 0) return "127.0.0.1:0";
  if (https === false) return undefined;
  const { host = "127.0.0.1", port = 0 } = https === true ? {} : https;
  return `${host.includes(":") ? `[${host}]` : host}:${String(port)}`;
}

interface StateParts {
  readonly options: FakeServerOptions;
  readonly parts: DaemonParts;
  readonly clock: LifeClock;
  https(): HttpsListener | undefined;
  members(): MemberListeners;
}

/** The name of the server itself. */
function nameOf({ name, members }: FakeServerOptions): string {
  return members?.[0] ?? name ?? "fake";
}

function createState({ options, parts, clock, https, members }: StateParts): FakeState {
  const { directory, faults, certificate } = parts;
  const flavour = options.flavour ?? options.state?.flavour ?? "lxd";
  const random = options.random ?? Math.random;
  const facts = factsOf(flavour);
  const location = (): string => firstMember(state)?.name ?? "none";
  const events = createEventHub(clock, location);
  const state: FakeState = {
    flavour,
    facts,
    version: options.version ?? facts.version,
    architectures: runnableOn(options.architecture ?? "x86_64"),
    extensions: options.extensions ?? apiExtensions(flavour),
    get name() {
      return firstMember(state)?.name ?? nameOf(options);
    },
    get location() {
      return location();
    },
    on: (member) => stateOn(state, member),
    directory,
    certificate: certificate.get,
    replaceCertificate: async (pair) => {
      certificate.set(pair);
      await Promise.all([https()?.renew(), members().renew()]);
    },
    imageServerCa: options.imageServerCa,
    clock,
    random,
    commands: options.commands ?? {},
    timings: {
      createMs: options.createMs ?? defaultTimings.createMs,
      downloadMs: options.downloadMs ?? defaultTimings.downloadMs,
      bootMs: options.bootMs ?? defaultTimings.bootMs,
      leaseMs: options.leaseMs ?? defaultTimings.leaseMs,
      stopMs: options.stopMs ?? defaultTimings.stopMs,
      listenMs: options.listenMs ?? defaultTimings.listenMs,
    },
    store: createStore(options.state),
    running: new Map(),
    consoles: createConsoles(clock, options.bootLog ?? usualBootLog),
    consoleSessions: new Map(),
    leases: createLeasePool(random),
    logFolders: new Set(),
    downloads: new Map(),
    operations: createOperationStore({ flavour, clock, random, events, faults, location }),
    events,
    expiry: createExpiry(() => state, clock.now()),
    lacksSpace: faults.lacksSpace,
    httpsAddresses: () => https()?.addresses() ?? [],
    listen: async (address) => (await https()?.listen(address)) ?? "",
    updateMembers: () => members().update(),
    reset: () => parts.reset(emptySnapshot(state)),
  };
  if (options.state === undefined) {
    addInitialRecords(state, { isInitialised: options.initialised ?? true });
    addMembers(state, options.members ?? []);
  }
  for (const image of options.images ?? []) addImage(state, "default", image);
  for (const part of options.setup ?? []) part.apply(state);
  resumeInstances(state);
  watchKept(state);
  return state;
}

/** The certificate of a fake, which survives its daemons. */
interface CertificateHolder {
  get(): ReturnType<FakeState["certificate"]>;
  set(pair: { readonly pem: string; readonly key: string }): void;
}

function describe(pem: string, key: string): Awaited<ReturnType<FakeState["certificate"]>> {
  return { pem, key, fingerprint: certificateFingerprint(pem) };
}

/** Making a key takes longer than everything else here, and most tests never look at the certificate. */
function lazyCertificate(name: string): CertificateHolder {
  let made: ReturnType<FakeState["certificate"]> | undefined;
  const make = async (): ReturnType<FakeState["certificate"]> => {
    const { certificate, key } = await createSelfSignedCertificate({ usage: "server", commonName: `root@${name}` });
    return describe(certificate, key);
  };
  return {
    get: () => (made ??= make()),
    set: ({ pem, key }) => void (made = Promise.resolve(describe(pem, key))),
  };
}
