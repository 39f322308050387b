import type { Instance } from "@lxdkit/protocol";
import { autoStartKey, type ContainerSpec, type Server, type SourcedImage } from "@lxdkit/server";
import { machineCloudInit } from "./machine-cloud-init.ts";
import { tellNotice } from "../notice.ts";
import type { ManagerHost } from "../manager-host.ts";
import { type MachineNics, machineNics, type NicSources } from "../networks/machine-devices.ts";
import type { MachineRequest } from "./machine-request.ts";
import type { StatusReport } from "./machine-status.ts";

/** Config key for the series that a machine was made of. */
const seriesKey = "user.lxdkit.series";

/** The bridges that servers make for containers when they are set up. */
const defaultBridges: readonly string[] = ["lxdbr0", "incusbr0"];

/** What the spec of a machine is made with. */
export interface MachineSpecOptions {
  readonly nics: NicSources;
  readonly report: StatusReport;
  /** The member of the cluster that was chosen. */
  readonly target?: string | undefined;
  /** The machine's container that is there already. */
  readonly present?: Instance | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Builds the spec of a machine's container; gets the image and makes the default bridge usable for it. */
export async function machineSpec(
  host: ManagerHost,
  server: Server,
  request: MachineRequest,
  { nics: sources, report, target, present, signal }: MachineSpecOptions,
): Promise<ContainerSpec> {
  const { machineId, constraints = {}, network = {}, profiles = ["default"] } = request;
  const nics = await machineNics(network, {
    sources,
    present: present?.devices,
    hostNamesOf: host.hostNames ? machineId : undefined,
    signal,
  });
  // Refused before anything is downloaded.
  const cloudInit = machineCloudInit(host, request, nics.interfaces);
  const image = present === undefined ? await findImage(host, server, request, report, signal) : presentImage(present);
  if (present === undefined) await ensureKnown(host, server, nics, signal);
  const spec: ContainerSpec = {
    name: host.namespace.hostname(machineId),
    image,
    type: constraints.virtType ?? "container",
    profiles,
    devices: nics.devices,
    config: {
      ...request.config,
      ...cloudInit,
      [autoStartKey]: "true",
      [host.ownerKey]: host.namespace.modelUuid,
      [seriesKey]: request.series,
    },
    ...(target === undefined ? {} : { target }),
  };
  return server.applyConstraints(spec, constraints, { signal });
}

function findImage(
  host: ManagerHost,
  server: Server,
  { series, constraints = {} }: MachineRequest,
  report: StatusReport,
  signal: AbortSignal | undefined,
): Promise<SourcedImage> {
  const { arch, virtType } = constraints;
  return server.findImage(series, arch, host.sources, {
    ...host.images,
    copyLocal: true,
    virtType,
    onStatus: ({ message }) => {
      report.allocating(message);
    },
    signal,
  });
}

/** The image of the series may have been renewed since. */
function presentImage({ config, type }: Instance): SourcedImage {
  return { fingerprint: config["volatile.base_image"] ?? "", alias: config[seriesKey] ?? "present", type };
}

/** A bridge that the server itself made can be given addresses; others are their owner's. */
async function ensureKnown(
  { onNotice }: ManagerHost,
  server: Server,
  { unknown }: MachineNics,
  signal: AbortSignal | undefined,
): Promise<void> {
  const [bridge, ...more] = unknown;
  if (bridge === undefined) return;
  if (more.length === 0 && defaultBridges.includes(bridge) && server.networkSupported) {
    const isChanged = await server.ensureIPv4(bridge, { signal });
    if (isChanged) tellNotice(onNotice, "information", `gave the bridge ${bridge} IPv4 addresses`);
    return;
  }
  tellNotice(onNotice, "warning", `nobody knows the networks of these bridges: ${unknown.join(", ")}`);
}
