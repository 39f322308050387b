import { isDeepStrictEqual } from "node:util";
import { modelKey } from "@lxdkit/server";
import { createManagerConfig } from "../configuration/manager-config.ts";
import { readManagerSettings } from "../configuration/manager-settings.ts";
import type { LxdContainerManager } from "../container-manager.ts";
import { ManagerError } from "../manager-error.ts";
import type { CreateMachineOptions } from "../machines/create-machine.ts";
import type { MachineOutcome } from "../machines/create-machines.ts";
import type { CreatedMachine } from "../machines/created-machine.ts";
import type { MachineRequest } from "../machines/machine-request.ts";
import { createStatusReport } from "../machines/machine-status.ts";
import { createNamespace } from "../naming/namespace.ts";
import type { LxdProfile } from "../profiles/lxd-profile.ts";
import { type FakeMachine, listedMachine } from "./fake-machine.ts";
import { assignProfiles, writeProfile } from "./fake-profiles.ts";

/** The methods of a manager whose calls are noted and can be made to fail. */
export type FakeManagerMethod =
  | "createContainer"
  | "destroyContainer"
  | "listContainers"
  | "findLeftovers"
  | "lxdProfileNames"
  | "maybeWriteLxdProfile"
  | "assignLxdProfiles";

/** A call of a fake manager. */
export interface FakeManagerCall {
  readonly method: FakeManagerMethod;
  /** What it was given, without options. */
  readonly input: readonly unknown[];
}

/** Options of {@link createFakeManager}. */
export interface FakeManagerOptions {
  /** UUID of the model; one of zeros by default. */
  readonly model?: string | undefined;
  /** As the key of the configuration; empty by default. */
  readonly availabilityZone?: string | undefined;
  /** Debian's name of the server's architecture; `amd64` by default. */
  readonly arch?: string | undefined;
  /** Whether there is a server; true by default. */
  readonly isInitialized?: boolean | undefined;
  /** Profiles besides `default`; none by default. */
  readonly profiles?: Readonly<Record<string, LxdProfile>> | undefined;
}

/** A manager that keeps its machines in memory and has no server. */
export interface FakeManager extends LxdContainerManager {
  /** What it was asked to do, in this order. Several at once are noted one by one. */
  readonly calls: readonly FakeManagerCall[];
  /** Its machines by the names of their containers; their status may be set. */
  readonly machines: ReadonlyMap<string, FakeMachine>;
  /** Its profiles by name. */
  readonly profiles: ReadonlyMap<string, LxdProfile>;
  /** Lets the next calls of a method fail with this error: one unless more are said. */
  fail(method: FakeManagerMethod, error: unknown, options?: { readonly times?: number }): void;
}

const defaultModel = "00000000-0000-4000-8000-000000000000";

/** Makes a {@link FakeManager}. It behaves as a manager of a server that is never busy. */
export function createFakeManager(options: FakeManagerOptions = {}): FakeManager {
  const { model = defaultModel, availabilityZone = "", arch = "amd64", isInitialized = true } = options;
  const settings = readManagerSettings(createManagerConfig({ "model-uuid": model }));
  const namespace = createNamespace(settings.modelUuid);
  const machines = new Map<string, FakeMachine>();
  const profiles = new Map<string, LxdProfile>([["default", {}], ...Object.entries(options.profiles ?? {})]);
  const calls: FakeManagerCall[] = [];
  const failures = new Map<FakeManagerMethod, unknown[]>();
  let made = 0;

  const note = (method: FakeManagerMethod, input: readonly unknown[], signal: AbortSignal | undefined): void => {
    signal?.throwIfAborted();
    calls.push({ method, input });
    const planned = failures.get(method);
    if (planned !== undefined && planned.length > 0) throw planned.shift();
  };
  const listed = (id: string, machine: FakeMachine): ReturnType<typeof listedMachine> =>
    listedMachine(id, machine, () => machines.get(id) === machine, {
      [modelKey]: namespace.modelUuid,
    });
  const make = (request: MachineRequest): { readonly id: string; readonly machine: FakeMachine } => {
    const id = namespace.hostname(request.machineId);
    const { constraints = {}, profiles: names = ["default"] } = request;
    made += 1;
    const machine: FakeMachine = {
      request,
      status: "Running",
      profiles: names,
      arch: constraints.arch ?? arch,
      virtType: constraints.virtType ?? "container",
      address: `192.0.2.${String(made)}`,
    };
    return { id, machine };
  };
  const createContainer = async (
    request: MachineRequest,
    create: CreateMachineOptions = {},
  ): Promise<CreatedMachine> => {
    const report = createStatusReport(create.onStatus);
    report.step("Creating container spec");
    try {
      const { id, machine } = make(request);
      report.allocating("acquiring LXD image");
      report.step("Creating container");
      note("createContainer", [request], create.signal);
      const present = machines.get(id);
      if (present !== undefined && !isDeepStrictEqual(present.request, request)) throw taken(id);
      const origin = present === undefined ? "created" : present.status === "Running" ? "adopted" : "finished";
      const result = present ?? machine;
      result.status = "Running";
      machines.set(id, result);
      report.running();
      const instance = listed(id, result);
      const { virtType } = result;
      return {
        instance,
        hardware: { arch: result.arch, virtType, ...(availabilityZone === "" ? {} : { availabilityZone }) },
        origin,
        addresses: await instance.addresses(),
      };
    } catch (error) {
      report.failed(error);
      throw error;
    }
  };
  const destroyContainer = async (
    id: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): Promise<boolean> => {
    note("destroyContainer", [id], signal);
    if (!id.startsWith(namespace.prefix())) {
      throw new ManagerError(`${id} does not belong to the model ${namespace.modelUuid}`, {
        code: "CONTAINER_FOREIGN",
      });
    }
    return machines.delete(id);
  };
  const destroyAll = async (ids: readonly string[], signal: AbortSignal | undefined): Promise<string[]> => {
    const gone: string[] = [];
    for (const id of ids) if (await destroyContainer(id, { signal })) gone.push(id);
    return gone;
  };
  const close = (): Promise<void> => Promise.resolve();

  return {
    namespace,
    calls,
    machines,
    profiles,
    fail(method, error, { times = 1 } = {}) {
      failures.set(method, [...(failures.get(method) ?? []), ...Array<unknown>(times).fill(error)]);
    },
    createContainer,
    async createContainers(requests, create = {}) {
      const outcomes: MachineOutcome[] = [];
      for (const request of requests) {
        const { machineId } = request;
        try {
          const onStatus: CreateMachineOptions["onStatus"] = (status) => create.onStatus?.(machineId, status);
          const machine = await createContainer(request, { signal: create.signal, onStatus });
          outcomes.push({ machineId, failures: [], machine });
        } catch (error) {
          outcomes.push({ machineId, failures: [], error });
        }
      }
      create.signal?.throwIfAborted();
      return outcomes;
    },
    destroyContainer,
    destroyContainers: (ids, destroy = {}) => destroyAll(ids, destroy.signal),
    async listContainers({ signal } = {}) {
      note("listContainers", [], signal);
      return [...machines].map(([id, machine]) => listed(id, machine));
    },
    async findLeftovers({ wanted, signal } = {}) {
      note("findLeftovers", [wanted], signal);
      return [...machines].flatMap(([name, { request, status }]) => {
        const isWanted = wanted?.includes(request.machineId) !== false;
        if (isWanted && status !== "Error") return [];
        const reason = isWanted ? "is broken" : "is no machine that is wanted";
        return [{ name, machineId: request.machineId, status, reason }];
      });
    },
    prune: (leftovers, prune = {}) =>
      destroyAll(
        leftovers.map(({ name }) => name),
        prune.signal,
      ),
    isInitialized: () => Promise.resolve(isInitialized),
    async lxdProfileNames(id, { signal } = {}) {
      note("lxdProfileNames", [id], signal);
      const machine = machines.get(id);
      if (machine === undefined) throw new ManagerError(`there is no container ${id}`, { code: "NOT_FOUND" });
      return machine.profiles;
    },
    async maybeWriteLxdProfile(name, profile, write = {}) {
      note("maybeWriteLxdProfile", [name, profile], write.signal);
      return writeProfile(profiles, name, profile, write);
    },
    async assignLxdProfiles(id, names, posts, assign = {}) {
      note("assignLxdProfiles", [id, names, posts], assign.signal);
      return assignProfiles(profiles, machines, id, names, posts);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function taken(id: string): ManagerError {
  return new ManagerError(`there is already an instance named ${id}, which is not the one asked for`, {
    code: "NAME_TAKEN",
  });
}
