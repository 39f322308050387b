import type { Flavour } from "@lxdkit/protocol";
import type {
  AclRecord,
  AliasRecord,
  BackupRecord,
  CertificateRecord,
  ClusterGroupRecord,
  Config,
  ForwardRecord,
  ImageRecord,
  InstanceRecord,
  IntegrationRecord,
  InstanceSnapshotRecord,
  MemberRecord,
  NetworkRecord,
  PoolRecord,
  ProfileRecord,
  ProjectRecord,
  VolumeRecord,
  WarningRecord,
  ZoneRecord,
  ZoneRecordRecord,
} from "./records.ts";
import { createTable, type RecordKey, scopeOf, type Table } from "./table.ts";

/** Every kind of record, by the name of its table. */
interface Records {
  readonly projects: ProjectRecord;
  readonly profiles: ProfileRecord;
  readonly images: ImageRecord;
  readonly aliases: AliasRecord;
  readonly networks: NetworkRecord;
  readonly forwards: ForwardRecord;
  readonly acls: AclRecord;
  readonly zones: ZoneRecord;
  readonly zoneRecords: ZoneRecordRecord;
  readonly integrations: IntegrationRecord;
  readonly pools: PoolRecord;
  readonly volumes: VolumeRecord;
  readonly instances: InstanceRecord;
  readonly instanceSnapshots: InstanceSnapshotRecord;
  readonly backups: BackupRecord;
  readonly certificates: CertificateRecord;
  readonly warnings: WarningRecord;
  readonly members: MemberRecord;
  readonly clusterGroups: ClusterGroupRecord;
}

/** The scope of what belongs to no project. */
export const serverScope = "";

const keys: { readonly [Kind in keyof Records]: (record: Records[Kind]) => RecordKey } = {
  projects: ({ name }) => [serverScope, name],
  profiles: ({ project, name }) => [project, name],
  images: ({ project, fingerprint }) => [project, fingerprint],
  aliases: ({ project, name }) => [project, name],
  networks: ({ project, name }) => [project, name],
  forwards: ({ project, network, listenAddress }) => [scopeOf(project, network), listenAddress],
  acls: ({ project, name }) => [project, name],
  zones: ({ project, name }) => [project, name],
  zoneRecords: ({ project, zone, name }) => [scopeOf(project, zone), name],
  integrations: ({ name }) => [serverScope, name],
  pools: ({ name }) => [serverScope, name],
  volumes: ({ project, pool, name, location }) => [scopeOf(project, pool), volumeKey(name, location)],
  instances: ({ project, name }) => [project, name],
  instanceSnapshots: ({ project, instance, name }) => [scopeOf(project, instance), name],
  backups: ({ project, instance, name }) => [scopeOf(project, instance), name],
  certificates: ({ fingerprint }) => [serverScope, fingerprint],
  warnings: ({ uuid }) => [serverScope, uuid],
  members: ({ name }) => [serverScope, name],
  clusterGroups: ({ name }) => [serverScope, name],
};

/** The name of a volume in its table: the members of a cluster may have volumes of the same name. */
export function volumeKey(name: string, location: string): string {
  return location === "none" ? name : scopeOf(name, location);
}

type Tables = { readonly [Kind in keyof Records]: Table<Records[Kind]> };

/** All that the fake keeps and that {@link saveStore} writes. */
export interface Store extends Tables {
  /** The server's own configuration. */
  config: Config;
}

/**
 * The whole of what a fake keeps, as data that `JSON.stringify` writes and `JSON.parse` reads. Its form may change from
 * one version of this package to the next.
 */
export interface FakeSnapshot {
  readonly flavour: Flavour;
  readonly config: Readonly<Record<string, string>>;
  /** Kind of object to the objects, in a form that is the package's own. */
  readonly records: Readonly<Record<string, readonly unknown[]>>;
}

/** Makes the {@link Store} of `snapshot`, which stays as it is; an empty one without. */
export function createStore(snapshot?: FakeSnapshot): Store {
  const { config = {}, records } = snapshot === undefined ? {} : structuredClone(snapshot);
  const tables = Object.entries(keys).map(([kind, keyOf]) => [
    kind,
    createTable(keyOf as (record: unknown) => RecordKey, records?.[kind as keyof Records] ?? []),
  ]);
  return { config, ...(Object.fromEntries(tables) as Tables) };
}

/** A copy of all records. What is only under way, such as operations, is not part of it. */
export function saveStore(store: Store, flavour: Flavour): FakeSnapshot {
  const lists = Object.keys(keys).map((kind) => [kind, store[kind as keyof Records].all()]);
  const { config, records } = JSON.parse(
    JSON.stringify({ config: store.config, records: Object.fromEntries(lists) as unknown }),
  ) as FakeSnapshot;
  const instances = ((records["instances"] ?? []) as readonly InstanceRecord[]).map(atRest);
  return { flavour, config, records: { ...records, instances } };
}

/** An instance as it is found when nobody goes on with what was being done to it. */
function atRest(instance: InstanceRecord): InstanceRecord {
  const { busy } = instance;
  return { ...instance, busy: undefined, ...(busy === "create" ? { isHalfMade: true } : {}) };
}
