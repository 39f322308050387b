import type { Flavour } from "@lxdkit/protocol";
import type { GoType } from "./go-json.ts";

const any: GoType = { kind: "any" };
const string: GoType = { kind: "string", name: "string" };
const bool: GoType = { kind: "bool", name: "bool" };
const int: GoType = { kind: "int", name: "int" };
const int64: GoType = { kind: "int64", name: "int64" };
// Each Go version has its own words for bad times, which are told where they are read.
const time: GoType = any;

const listOf = (of: GoType, name: string): GoType => ({ kind: "list", name: `[]${name}`, of });
const mapOf = (of: GoType, name: string): GoType => ({ kind: "map", name: `map[string]${name}`, of });
const struct = (name: string, fields: Readonly<Record<string, GoType>>): GoType => ({ kind: "struct", name, fields });

const strings = listOf(string, "string");
const texts = mapOf(string, "string");
const devices = mapOf(texts, "map[string]string");

const described = { config: texts, description: string };
const named = { name: string };
const instance = {
  architecture: string,
  config: texts,
  devices,
  ephemeral: bool,
  profiles: strings,
  restore: string,
  stateful: bool,
  description: string,
};
const aclRule = struct("NetworkACLRule", {
  ...{ action: string, source: string, destination: string, protocol: string, source_port: string },
  ...{ destination_port: string, icmp_type: string, icmp_code: string, description: string, state: string },
});
const acl = {
  ...described,
  ingress: listOf(aclRule, "api.NetworkACLRule"),
  egress: listOf(aclRule, "api.NetworkACLRule"),
};
const port = struct("NetworkForwardPort", {
  ...{ description: string, protocol: string, listen_port: string, target_port: string, target_address: string },
});
const forward = { ...described, ports: listOf(port, "api.NetworkForwardPort") };
const entry = struct("NetworkZoneRecordEntry", {
  type: string,
  ttl: { kind: "uint64", name: "uint64" },
  value: string,
});
const zoneRecord = { ...described, entries: listOf(entry, "api.NetworkZoneRecordEntry") };
const image = {
  ...{ auto_update: bool, properties: texts, public: bool, expires_at: time, profiles: strings },
};
const aliasEntry = struct("ImageAlias", { name: string, description: string });
const imageSource = {
  ...{ alias: string, certificate: string, protocol: string, server: string, image_type: string },
  ...{ fingerprint: string, mode: string, secret: string, type: string, url: string, name: string, project: string },
};
const lxdCertificate = { name: string, type: string, restricted: bool, projects: strings, certificate: string };
const certificate = { ...lxdCertificate, description: string };
const instanceState = struct("InstanceStatePut", {
  ...{ action: string, timeout: int, force: bool, stateful: bool },
});
const instanceSource = struct("InstanceSource", {
  ...{ type: string, certificate: string, alias: string, fingerprint: string, properties: texts, server: string },
  ...{ secret: string, protocol: string, "base-image": string, mode: string, operation: string, secrets: texts },
  ...{ source: string, live: bool, instance_only: bool, container_only: bool, refresh: bool, project: string },
  ...{ allow_inconsistent: bool },
});
const volumeSource = struct("StorageVolumeSource", {
  ...{ name: string, type: string, pool: string, certificate: string, mode: string, operation: string, secrets: texts },
  ...{ volume_only: bool, refresh: bool, project: string },
});
const bucketKey = { description: string, role: string, "access-key": string, "secret-key": string };

const id: GoType = { kind: "uint64", name: "uint32" };
const imageTemplate = struct("ImageMetadataTemplate", {
  ...{ when: strings, create_only: bool, template: string, properties: texts },
});
const imageMetadata = struct("ImageMetadata", {
  ...{ architecture: string, creation_date: int64, expiry_date: int64, properties: texts },
  templates: mapOf(imageTemplate, "api.ImageMetadataTemplate"),
});
const member = { roles: strings, failure_domain: string, description: string, config: texts, groups: strings };
const memberGroup = { description: string, members: strings };

/** What the servers read the body of each method of each route into, as far as it shows in their answers. */
const bodyTypes: Readonly<Record<string, GoType>> = {
  "PUT /1.0": struct("ServerPut", { config: texts }),
  "PATCH /1.0": struct("ServerPut", { config: texts }),
  "PUT /1.0/cluster": struct("ClusterPut", {
    ...{ server_name: string, enabled: bool, cluster_address: string, cluster_certificate: string },
    ...{ server_address: string, cluster_password: string, cluster_token: string },
  }),
  "PUT /1.0/cluster/certificate": struct("ClusterCertificatePut", {
    ...{ cluster_certificate: string, cluster_certificate_key: string },
  }),
  "POST /1.0/cluster/members": struct("ClusterMembersPost", { server_name: string }),
  "POST /1.0/cluster/members/{name}": struct("ClusterMemberPost", { server_name: string }),
  "PUT /1.0/cluster/members/{name}": struct("ClusterMemberPut", member),
  "PATCH /1.0/cluster/members/{name}": struct("ClusterMemberPut", member),
  "POST /1.0/cluster/members/{name}/state": struct("ClusterMemberStatePost", { action: string, mode: string }),
  "POST /1.0/cluster/groups": struct("ClusterGroupsPost", { ...memberGroup, ...named }),
  "POST /1.0/cluster/groups/{name}": struct("ClusterGroupPost", named),
  "PUT /1.0/cluster/groups/{name}": struct("ClusterGroupPut", memberGroup),
  "PATCH /1.0/cluster/groups/{name}": struct("ClusterGroupPut", memberGroup),
  "PUT /1.0/warnings/{uuid}": struct("WarningPut", { status: string }),
  "PATCH /1.0/warnings/{uuid}": struct("WarningPut", { status: string }),
  "POST /1.0/certificates": struct("CertificatesPost", { ...certificate, token: bool }),
  "PUT /1.0/certificates/{fingerprint}": struct("CertificatePut", certificate),
  "PATCH /1.0/certificates/{fingerprint}": struct("Certificate", certificate),
  "POST /1.0/images": struct("ImagesPost", {
    ...image,
    ...{ filename: string, compression_algorithm: string, aliases: listOf(aliasEntry, "api.ImageAlias") },
    source: struct("ImagesPostSource", imageSource),
  }),
  "PUT /1.0/images/{fingerprint}": struct("ImagePut", image),
  "PATCH /1.0/images/{fingerprint}": struct("ImagePut", image),
  "POST /1.0/images/aliases": struct("ImageAliasesPost", {
    name: string,
    description: string,
    target: string,
    type: string,
  }),
  "PUT /1.0/images/aliases/{name...}": struct("ImageAliasesEntryPut", { description: string, target: string }),
  "POST /1.0/images/aliases/{name...}": struct("ImageAliasesEntryPost", named),
  "POST /1.0/instances": struct("InstancesPost", {
    ...instance,
    ...{ name: string, source: instanceSource, instance_type: string, type: string, start: bool },
  }),
  "PUT /1.0/instances/{name}": struct("InstancePut", instance),
  "PATCH /1.0/instances/{name}": struct("InstancePut", instance),
  "PUT /1.0/instances/{name}/state": instanceState,
  "PUT /1.0/instances": struct("InstancesPut", { state: instanceState }),
  "POST /1.0/instances/{name}": struct("InstancePost", {
    ...{ name: string, migration: bool, live: bool, instance_only: bool, container_only: bool, target: any },
    ...{ pool: string, project: string, allow_inconsistent: bool, config: texts, devices, profiles: strings },
  }),
  "POST /1.0/instances/{name}/exec": struct("InstanceExecPost", {
    ...{ command: strings, "wait-for-websocket": bool, interactive: bool, environment: texts, width: int },
    ...{ height: int, "record-output": bool, user: id, group: id, cwd: string },
  }),
  "POST /1.0/instances/{name}/console": struct("InstanceConsolePost", {
    ...{ width: int, height: int, type: string, force: bool },
  }),
  "PUT /1.0/instances/{name}/metadata": imageMetadata,
  "PATCH /1.0/instances/{name}/metadata": imageMetadata,
  "POST /1.0/instances/{name}/rebuild": struct("InstanceRebuildPost", { source: instanceSource }),
  "POST /1.0/instances/{name}/snapshots": struct("InstanceSnapshotsPost", {
    ...{ name: string, stateful: bool, expires_at: any },
  }),
  "POST /1.0/instances/{name}/snapshots/{snapshot}": struct("InstanceSnapshotPost", {
    ...{ name: string, migration: bool, live: bool, target: any },
  }),
  "PUT /1.0/instances/{name}/snapshots/{snapshot}": struct("InstanceSnapshotPut", { expires_at: any }),
  "PATCH /1.0/instances/{name}/snapshots/{snapshot}": struct("InstanceSnapshotPut", { expires_at: any }),
  "POST /1.0/instances/{name}/backups": struct("InstanceBackupsPost", {
    ...{ name: string, expires_at: any, instance_only: bool, container_only: bool, optimized_storage: bool },
    compression_algorithm: string,
  }),
  "POST /1.0/instances/{name}/backups/{backup}": struct("InstanceBackupPost", named),
  "POST /1.0/networks": struct("NetworksPost", { ...described, name: string, type: string }),
  "POST /1.0/networks/{name}": struct("NetworkPost", named),
  "PUT /1.0/networks/{name}": struct("NetworkPut", described),
  "PATCH /1.0/networks/{name}": struct("NetworkPut", described),
  "POST /1.0/networks/{network}/forwards": struct("NetworkForwardsPost", { ...forward, listen_address: string }),
  "PUT /1.0/networks/{network}/forwards/{address}": struct("NetworkForwardPut", forward),
  "PATCH /1.0/networks/{network}/forwards/{address}": struct("NetworkForwardPut", forward),
  "POST /1.0/networks/{network}/peers": struct("NetworkPeersPost", {
    ...{ ...described, name: string, target_project: string, target_network: string },
    ...{ type: string, target_integration: string },
  }),
  "POST /1.0/networks/{network}/load-balancers": struct("NetworkLoadBalancersPost", {
    ...{ ...described, listen_address: string, backends: listOf(any, "api.NetworkLoadBalancerBackend") },
    ports: listOf(any, "api.NetworkLoadBalancerPort"),
  }),
  "POST /1.0/network-integrations": struct("NetworkIntegrationsPost", { ...described, name: string, type: string }),
  "POST /1.0/network-integrations/{name}": struct("NetworkIntegrationPost", named),
  "PUT /1.0/network-integrations/{name}": struct("NetworkIntegrationPut", described),
  "PATCH /1.0/network-integrations/{name}": struct("NetworkIntegrationPut", described),
  "POST /1.0/network-acls": struct("NetworkACLsPost", { ...acl, ...named }),
  "POST /1.0/network-acls/{name}": struct("NetworkACLPost", named),
  "PUT /1.0/network-acls/{name}": struct("NetworkACLPut", acl),
  "PATCH /1.0/network-acls/{name}": struct("NetworkACLPut", acl),
  "POST /1.0/network-zones": struct("NetworkZonesPost", { ...described, ...named }),
  "PUT /1.0/network-zones/{name}": struct("NetworkZonePut", described),
  "PATCH /1.0/network-zones/{name}": struct("NetworkZonePut", described),
  "POST /1.0/network-zones/{zone}/records": struct("NetworkZoneRecordsPost", { ...zoneRecord, ...named }),
  "PUT /1.0/network-zones/{zone}/records/{name}": struct("NetworkZoneRecordPut", zoneRecord),
  "PATCH /1.0/network-zones/{zone}/records/{name}": struct("NetworkZoneRecordPut", zoneRecord),
  "POST /1.0/profiles": struct("ProfilesPost", { ...described, devices, ...named }),
  "POST /1.0/profiles/{name}": struct("ProfilePost", named),
  "PUT /1.0/profiles/{name}": struct("ProfilePut", { ...described, devices }),
  "PATCH /1.0/profiles/{name}": struct("ProfilePut", { ...described, devices }),
  "POST /1.0/projects": struct("ProjectsPost", { ...described, ...named }),
  "POST /1.0/projects/{name}": struct("ProjectPost", named),
  "PUT /1.0/projects/{name}": struct("ProjectPut", described),
  "PATCH /1.0/projects/{name}": struct("ProjectPut", described),
  "POST /1.0/storage-pools": struct("StoragePoolsPost", { ...described, name: string, driver: string }),
  "PUT /1.0/storage-pools/{name}": struct("StoragePoolPut", described),
  "PATCH /1.0/storage-pools/{name}": struct("StoragePoolPut", described),
  ...Object.fromEntries(
    ["/1.0/storage-pools/{pool}/volumes", "/1.0/storage-pools/{pool}/volumes/{type}"].map((path) => [
      `POST ${path}`,
      struct("StorageVolumesPost", {
        ...described,
        name: string,
        type: string,
        content_type: string,
        restore: string,
        source: volumeSource,
      }),
    ]),
  ),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}": struct("StorageVolumePost", {
    ...{ name: string, pool: string, migration: bool, volume_only: bool, project: string },
  }),
  "PUT /1.0/storage-pools/{pool}/volumes/{type}/{volume}": struct("StorageVolumePut", {
    ...described,
    restore: string,
  }),
  "PATCH /1.0/storage-pools/{pool}/volumes/{type}/{volume}": struct("StorageVolumePut", {
    ...described,
    restore: string,
  }),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots": struct("StorageVolumeSnapshotsPost", {
    ...{ name: string, expires_at: time },
  }),
  "POST /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}": struct(
    "StorageVolumeSnapshotPost",
    named,
  ),
  ...Object.fromEntries(
    ["PUT", "PATCH"].map((method) => [
      `${method} /1.0/storage-pools/{pool}/volumes/{type}/{volume}/snapshots/{snapshot}`,
      struct("StorageVolumeSnapshotPut", { description: string, expires_at: time }),
    ]),
  ),
  "POST /1.0/storage-pools/{pool}/buckets": struct("StorageBucketsPost", { ...described, ...named }),
  "PUT /1.0/storage-pools/{pool}/buckets/{bucket}": struct("StorageBucketPut", described),
  "PATCH /1.0/storage-pools/{pool}/buckets/{bucket}": struct("StorageBucketPut", described),
  "POST /1.0/storage-pools/{pool}/buckets/{bucket}/keys": struct("StorageBucketKeysPost", { ...bucketKey, ...named }),
  "PUT /1.0/storage-pools/{pool}/buckets/{bucket}/keys/{key}": struct("StorageBucketKeyPut", bucketKey),
  "POST /1.0/storage-pools/{pool}/buckets/{bucket}/backups/{backup}": struct("StorageBucketBackupPost", named),
};

/** Patterns without the names of their parts, which the handlers choose. */
function withoutNames(route: string): string {
  return route.replaceAll(/\{\w+/g, "{");
}

const typesByRoute: ReadonlyMap<string, GoType> = new Map(
  Object.entries(bodyTypes).map(([route, type]) => [withoutNames(route), type]),
);

/** The bodies of these are first read into a map of anything. */
const readTwice = new Set([
  "PATCH /1.0/profiles/{}",
  "PATCH /1.0/projects/{}",
  "PATCH /1.0/instances/{}",
  "PATCH /1.0/images/{}",
  "PATCH /1.0/images/aliases/{...}",
  ...["POST", "PUT", "PATCH"].map((method) => `${method} /1.0/instances/{}/snapshots/{}`),
  "POST /1.0/instances/{}/backups",
  "POST /1.0/storage-pools/{}/volumes/{}/{}/backups",
]);

const readTwiceByLxd = "POST /1.0/instances/{}";

const lxdConsole = struct("InstanceConsolePost", { width: int, height: int, type: string });
const lxdServer = struct("ServerPut", { config: mapOf(any, "interface {}") });

/** What LXD reads into something else. */
const lxdTypes: Readonly<Record<string, GoType>> = {
  "PUT /1.0": lxdServer,
  "PATCH /1.0": lxdServer,
  "POST /1.0/instances/{}/console": lxdConsole,
  "POST /1.0/instances/{}/snapshots/{}": any,
  "POST /1.0/certificates": struct("CertificatesPost", { ...lxdCertificate, token: bool }),
  "PUT /1.0/certificates/{}": struct("CertificatePut", lxdCertificate),
  "PATCH /1.0/certificates/{}": struct("Certificate", lxdCertificate),
};

const volumeBackups = "POST /1.0/storage-pools/{}/volumes/{}/{}/backups";

/** Each family calls these in its own way. */
function volumeBackupTypes(flavour: Flavour): Readonly<Record<string, GoType>> {
  const name = flavour === "lxd" ? "StoragePoolVolumeBackup" : "StorageVolumeBackup";
  return {
    [volumeBackups]: struct(`${name}sPost`, {
      ...{ name: string, expires_at: time, volume_only: bool, optimized_storage: bool, compression_algorithm: string },
    }),
    [`${volumeBackups}/{}`]: struct(`${name}Post`, named),
  };
}

/** Incus has forgotten the older name of `instance_only`. */
function withoutOldName(type: GoType): GoType {
  if (type.kind !== "struct") return type;
  const fields = Object.entries(type.fields).filter(([name]) => name !== "container_only");
  return struct(type.name, Object.fromEntries(fields.map(([name, field]) => [name, withoutOldName(field)])));
}

/** What the body of a request is read into. */
export function bodyTypeOf(flavour: Flavour, method: string, pattern: string): GoType {
  const route = withoutNames(`${method} ${pattern}`);
  const own = (flavour === "lxd" ? lxdTypes[route] : undefined) ?? volumeBackupTypes(flavour)[route];
  const known = own ?? typesByRoute.get(route) ?? any;
  const type = flavour === "incus" ? withoutOldName(known) : known;
  const isTwice = readTwice.has(route) || (flavour === "lxd" && route === readTwiceByLxd);
  if (!isTwice) return type;
  return { kind: "first", name: flavour === "lxd" ? "shared.Jmap" : "jmap.Map", type };
}
