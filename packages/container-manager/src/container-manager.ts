import type { CloudInitConfigOptions } from "@lxdkit/cloud-init";
import type { EnsuredProfile, FindImageOptions, ImageSource, MemberFacts, Server, Sleep } from "@lxdkit/server";
import { modelKey } from "@lxdkit/server";
import type { CallOptions } from "./call-options.ts";
import type { ManagerConfig } from "./configuration/manager-config.ts";
import { readManagerSettings } from "./configuration/manager-settings.ts";
import { imageSources } from "./images/image-sources.ts";
import { openOnce } from "./open-once.ts";
import type { ManagerHost } from "./manager-host.ts";
import { createMachine, type CreateMachineOptions, makeTogether } from "./machines/create-machine.ts";
import { createMachines, type CreateMachinesOptions, type MachineOutcome } from "./machines/create-machines.ts";
import type { CreatedMachine } from "./machines/created-machine.ts";
import { destroyMachine, type DestroyMachineOptions, destroyMachines } from "./machines/destroy-machines.ts";
import { findLeftovers, type Leftover, type LeftoverOptions, pruneLeftovers } from "./machines/leftovers.ts";
import { type ListedMachine, listMachines } from "./machines/list-machines.ts";
import type { MachineRequest } from "./machines/machine-request.ts";
import { createNamespace, type Namespace } from "./naming/namespace.ts";
import { type OnNotice, tellNotice } from "./notice.ts";
import { type AssignedLxdProfiles, assignLxdProfiles } from "./profiles/assign-profiles.ts";
import type { LxdProfile, LxdProfilePost } from "./profiles/lxd-profile.ts";
import { maybeWriteLxdProfile, type MaybeWriteLxdProfileOptions } from "./profiles/write-profile.ts";

/** Makes, finds and destroys the machines of one model on one server or cluster. */
export interface ContainerManager extends AsyncDisposable {
  /** How its machines are named. */
  readonly namespace: Namespace;
  /**
   * Makes a machine and gives it running. The machine that is there already is adopted when it is what is asked for,
   * and finished when it was half made; `origin` says which. A failure leaves nothing of what this call made.
   *
   * @throws {ManagerError} `MACHINE_ID_INVALID`, `CONTAINER_FOREIGN`, `NETWORK_CONFIG_INVALID`, `NO_MEMBER`,
   * `SERVER_NOT_OPENED`, `SERVER_UNSUPPORTED`.
   * @throws {LxdkitError} what the image search and the creation throw; `NAME_TAKEN` when the machine that is there is
   * another than the one asked for.
   */
  createContainer(request: MachineRequest, options?: CreateMachineOptions): Promise<CreatedMachine>;
  /** Makes machines, many at a time, and tells what came of each, in the order of the requests. */
  createContainers(requests: readonly MachineRequest[], options?: CreateMachinesOptions): Promise<MachineOutcome[]>;
  /** Stops and removes a container of the model; false when there is none. Refuses what is not the model's. */
  destroyContainer(id: string, options?: DestroyMachineOptions): Promise<boolean>;
  /** Stops and removes containers of the model; gives the names of those that were there. */
  destroyContainers(ids: readonly string[], options?: DestroyMachineOptions): Promise<string[]>;
  /** The machines of the model, whatever they do, in the server's order. */
  listContainers(options?: CallOptions): Promise<ListedMachine[]>;
  /** What is left over of the model: half made, broken, misnamed, or not wanted any more. */
  findLeftovers(options?: LeftoverOptions): Promise<Leftover[]>;
  /** Removes what was found to be left over and still is; gives the names of what is gone. */
  prune(
    leftovers: readonly Leftover[],
    options?: LeftoverOptions & Pick<DestroyMachineOptions, "parallel" | "onProgress">,
  ): Promise<string[]>;
  /** Whether there is a server to work with. */
  isInitialized(options?: CallOptions): Promise<boolean>;
  /** Closes the server when the manager has opened it. */
  close(): Promise<void>;
}

/** Tells which profiles containers have. */
export interface LxdProfileNameRetriever {
  /** The profiles of a container, in their order. */
  lxdProfileNames(id: string, options?: CallOptions): Promise<readonly string[]>;
}

/** Changes profiles and who has them. */
export interface LxdProfileManager {
  /** Makes sure that a profile is there with this content, and tells what was different. */
  maybeWriteLxdProfile(
    name: string,
    profile: LxdProfile,
    options?: MaybeWriteLxdProfileOptions,
  ): Promise<EnsuredProfile>;
  /**
   * Writes the posts' profiles, gives a container these profiles, and deletes the posts without content.
   *
   * @throws {ProfilesNotAssignedError} `PROFILES_NOT_ASSIGNED`.
   */
  assignLxdProfiles(
    id: string,
    names: readonly string[],
    posts: readonly LxdProfilePost[],
    options?: MaybeWriteLxdProfileOptions,
  ): Promise<AssignedLxdProfiles>;
}

/** A manager of containers that manages their profiles, too. */
export interface LxdContainerManager extends ContainerManager, LxdProfileManager, LxdProfileNameRetriever {}

/** Options of {@link createContainerManager}. */
export interface ContainerManagerOptions {
  /** An open server, which stays its owner's, or a way to open one when it is wanted first. */
  readonly server: Server | (() => Promise<Server>);
  /** CallOptions in this order, in place of those that the configuration says. */
  readonly imageSources?: readonly ImageSource[] | undefined;
  /** How images are found and copied. */
  readonly images?: Pick<FindImageOptions, "aliasPrefix" | "cache" | "proxy" | "autoUpdate" | "sleep"> | undefined;
  /** How user data and network config are written; by cloud-init's own network config unless `networkForm` says else. */
  readonly cloudInit?: Omit<CloudInitConfigOptions, "instanceType" | "onWarning"> | undefined;
  /** Config key that says whose a container is; `user.juju-model` by default. */
  readonly ownerKey?: string | undefined;
  /** What names begin with; `juju-` by default. */
  readonly namePrefix?: string | undefined;
  /** Whether the host's ends of NICs are named after the machine; false by default. */
  readonly hostNames?: boolean | undefined;
  /** The zones of a cluster's member; its name and its failure domain by default. */
  readonly zonesOf?: ((member: MemberFacts["member"]) => readonly string[]) | undefined;
  /** Gives so many random bytes for MAC addresses; those of `node:crypto` by default. */
  readonly random?: ((size: number) => Uint8Array) | undefined;
  /** Waits between attempts; the timers of Node by default. */
  readonly sleep?: Sleep | undefined;
  /** Hears what stops nothing and may yet be worth knowing. */
  readonly onNotice?: OnNotice | undefined;
}

/**
 * Makes the manager of a model's machines. Takes what it needs out of the configuration, and sends nothing.
 *
 * @throws {ManagerError} `MODEL_UUID_MISSING`, `MODEL_UUID_INVALID`, `IMAGE_URL_INVALID`.
 */
export function createContainerManager(config: ManagerConfig, options: ContainerManagerOptions): LxdContainerManager {
  const {
    onNotice,
    ownerKey = modelKey,
    zonesOf = namesOf,
    hostNames = false,
    images = {},
    cloudInit = {},
    random,
    sleep,
  } = options;
  const settings = readManagerSettings(config, { onNotice });
  const opened = openOnce(options.server);
  const host: ManagerHost = {
    settings,
    namespace: createNamespace(settings.modelUuid, { prefix: options.namePrefix }),
    ownerKey,
    sources: options.imageSources ?? imageSources(settings),
    images,
    cloudInit,
    hostNames,
    random,
    sleep,
    zonesOf,
    onNotice,
    server: opened.get,
  };
  const note = storageNotice(onNotice);
  return {
    namespace: host.namespace,
    async createContainer(request, create = {}) {
      note([request]);
      const together = makeTogether(host, await host.server(create.signal));
      return createMachine(host, request, together, { attempts: 1, failures: [] }, create);
    },
    createContainers(requests, create) {
      note(requests);
      return createMachines(host, requests, create);
    },
    destroyContainer: async (id, destroy = {}) => destroyMachine(host, await host.server(destroy.signal), id, destroy),
    destroyContainers: async (ids, destroy = {}) =>
      destroyMachines(host, await host.server(destroy.signal), ids, destroy),
    listContainers: async ({ signal } = {}) => listMachines(host, await host.server(signal), signal),
    findLeftovers: async (find = {}) => findLeftovers(host, await host.server(find.signal), find),
    prune: async (leftovers, prune = {}) => pruneLeftovers(host, await host.server(prune.signal), leftovers, prune),
    isInitialized: opened.isOpen,
    lxdProfileNames: async (id, { signal } = {}) => (await host.server(signal)).getContainerProfiles(id, { signal }),
    maybeWriteLxdProfile: async (name, profile, write = {}) =>
      maybeWriteLxdProfile(await host.server(write.signal), name, profile, write),
    assignLxdProfiles: async (id, names, posts, assign = {}) =>
      assignLxdProfiles(await host.server(assign.signal), id, names, posts, assign),
    close: opened.close,
    [Symbol.asyncDispose]: opened.close,
  };
}

function namesOf({ server_name, failure_domain }: MemberFacts["member"]): readonly string[] {
  return failure_domain === "" || failure_domain === "default" ? [server_name] : [server_name, failure_domain];
}

/** Tells once that a storage configuration has no effect. */
function storageNotice(onNotice: OnNotice | undefined): (requests: readonly MachineRequest[]) => void {
  let isTold = false;
  return (requests) => {
    if (isTold || !requests.some(({ storage }) => storage?.allowMount === true)) return;
    isTold = true;
    tellNotice(onNotice, "warning", "containers cannot mount block devices: the storage configuration is ignored");
  };
}
