import { cleanConfig } from "../core/config-rules.ts";
import { randomUuid } from "../core/random.ts";
import { serverScope } from "../core/store.ts";
import { unsetTime, wireTime } from "../core/wire-time.ts";
import { snapshotOf } from "../instances/snapshots/snapshot-store.ts";
import { projectFor } from "../projects/project-scope.ts";
import { type FakeSetup, setUp } from "./fake-setup.ts";
import type { FakeProjectObject } from "./with-objects.ts";

/** A custom volume from the start, with snapshots of these names. */
export function withVolume(
  options: FakeProjectObject & {
    /** `default` by default. */
    readonly pool?: string;
    /** `filesystem` by default. */
    readonly contentType?: "filesystem" | "block";
    readonly snapshots?: readonly string[];
    /** The member of the cluster that has it; the first one by default. */
    readonly member?: string;
  },
): FakeSetup {
  const { name, pool = "default", description = "", config = {}, contentType = "filesystem", snapshots = [] } = options;
  return setUp((base) => {
    const state = options.member === undefined ? base : base.on(options.member);
    if (state.store.pools.get(serverScope, pool) === undefined) {
      throw new Error(`withVolume: there is no pool ${pool} yet`);
    }
    const createdAt = wireTime(state.clock.now());
    const common = { description, config: cleanConfig(config), createdAt };
    state.store.volumes.put({
      ...{ ...common, name, pool, contentType, type: "custom", location: state.location },
      project: projectFor(state, options.project ?? "default", "features.storage.volumes"),
      snapshots: snapshots.map((snapshot) => ({ ...common, name: snapshot, expiresAt: null })),
    });
  });
}

/** A snapshot, from the start, of an instance that is there. */
export function withInstanceSnapshot(options: {
  readonly instance: string;
  readonly name: string;
  /** `default` by default. */
  readonly project?: string;
  /** When it goes by itself (RFC 3339); never by default. */
  readonly expiresAt?: string;
}): FakeSetup {
  const { instance: name, project = "default", expiresAt = unsetTime } = options;
  return setUp((state) => {
    const instance = state.store.instances.get(project, name);
    if (instance === undefined) {
      throw new Error(`withInstanceSnapshot: the project ${project} has no instance ${name} yet`);
    }
    state.store.instanceSnapshots.put({ ...snapshotOf(state, instance, options.name), expiresAt });
  });
}

/** Something that the server is not happy with from the start. */
export function withWarning(options: {
  /** The text of its kind, for example `Couldn't find the CGroup blkio`. */
  readonly type: string;
  readonly message: string;
  /** `low` by default. */
  readonly severity?: "low" | "moderate" | "high";
  /** `new` by default. */
  readonly status?: "new" | "acknowledged" | "resolved";
  /** URL of what it is about; nothing by default. */
  readonly entityUrl?: string;
  readonly project?: string;
}): FakeSetup {
  const { type, message, severity = "low", status = "new", entityUrl = "", project = "" } = options;
  return setUp((state) => {
    const now = wireTime(state.clock.now());
    state.store.warnings.put({
      ...{ uuid: randomUuid(state.random), location: state.location, project, type, severity, status, count: 1 },
      ...{ firstSeenAt: now, lastSeenAt: now, lastMessage: message, entityUrl },
    });
  });
}
