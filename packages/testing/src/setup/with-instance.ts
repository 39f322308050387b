import type { Devices, InstanceType } from "@lxdkit/protocol";
import { sortedMap } from "../core/etag.ts";
import type { FakeState } from "../core/fake-state.ts";
import { randomHex } from "../core/random.ts";
import type { Config, ImageRecord, InstanceRecord, InterfaceAddresses } from "../core/records.ts";
import { wireTime } from "../core/wire-time.ts";
import { findImage } from "../images/image-store.ts";
import { eui64, nicsOf } from "../instances/instance-network.ts";
import { filesOf } from "../instances/files/instance-files.ts";
import { writeWithParents } from "../instances/files/write-with-parents.ts";
import { newInstance } from "../instances/new-instance.ts";
import { projectFor } from "../projects/project-scope.ts";
import { type FakeSetup, setUp } from "./fake-setup.ts";

/** An instance that a fake server has from the start. */
export interface WithInstanceOptions {
  readonly name: string;
  /** `default` by default. */
  readonly project?: string;
  /** `Stopped` by default. One that runs has its addresses already. */
  readonly status?: "Stopped" | "Running" | "Frozen";
  /** `container` by default. */
  readonly type?: InstanceType;
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  /** `["default"]` by default. */
  readonly profiles?: readonly string[];
  readonly ephemeral?: boolean;
  /** Files that it has besides the usual ones, by path; the directories above are made. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** The member of the cluster that has it; the first one by default. */
  readonly member?: string;
  /** Alias, or start of the fingerprint, of the image that it was made from; that of an image that is gone by default. */
  readonly image?: string;
}

/** An instance from the start, without the time and the events that making it takes. */
export function withInstance(options: WithInstanceOptions): FakeSetup {
  return setUp((base) => {
    const state = options.member === undefined ? base : base.on(options.member);
    const { project = "default", type = "container", status = "Stopped" } = options;
    const wanted = {
      project,
      name: options.name,
      type,
      description: options.description ?? "",
      config: options.config ?? {},
      devices: options.devices ?? {},
      profiles: options.profiles ?? ["default"],
      ephemeral: options.ephemeral ?? false,
    };
    const instance: InstanceRecord = {
      ...newInstance(state, wanted, imageOf(state, project, options.image)),
      bootable: true,
      busy: undefined,
    };
    state.store.instances.put(instance);
    const files = filesOf(state, instance);
    for (const [path, content] of Object.entries(options.files ?? {})) writeWithParents(files, path, content);
    if (status === "Stopped") return;
    switchOnAtOnce(state, instance);
    instance.frozen = status === "Frozen";
  });
}

function imageOf(state: FakeState, project: string, image: string | undefined): ImageRecord | undefined {
  if (image === undefined) return undefined;
  const scope = projectFor(state, project, "features.images");
  const found = findImage(state, scope, state.store.aliases.get(scope, image)?.target ?? image);
  if (found === undefined) throw new Error(`withInstance: the project ${project} has no image ${image} yet`);
  return found;
}

/** What an instance has that has been running for a while. */
function switchOnAtOnce(state: FakeState, instance: InstanceRecord): void {
  const nics = nicsOf(state, instance);
  const now = wireTime(state.clock.now());
  const hosts = nics.map(({ device }) => [`volatile.${device}.host_name`, `veth${randomHex(state.random, 8)}`]);
  instance.config = sortedMap({
    ...instance.config,
    ...(Object.fromEntries(hosts) as Config),
    "volatile.last_state.power": "RUNNING",
  });
  instance.lastUsedAt = now;
  const addresses = nics.map(({ hwaddr: mac, interface: name, subnet, prefix6 }): [string, InterfaceAddresses] => {
    const inet = subnet === undefined ? undefined : state.leases.take(subnet);
    return [
      name,
      {
        link: eui64("fe80:", mac),
        ...(inet === undefined ? {} : { inet }),
        ...(prefix6 === undefined ? {} : { inet6: eui64(prefix6, mac) }),
      },
    ];
  });
  const pid = 1000 + Math.floor(state.random() * 30_000);
  instance.power = { pid, startedAt: now, addresses: Object.fromEntries(addresses) };
}
