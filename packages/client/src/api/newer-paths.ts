/** Paths that came after LXD 5.0 and Incus 6.0, or to one family only, and the API extension that brought each. */
const newerPaths: readonly (readonly [pattern: RegExp, extension: string])[] = [
  // Newer LXD
  [/^\/1\.0\/auth\/identities\/bearer(?:\/|$)/, "auth_bearer"],
  [/^\/1\.0\/auth\/oidc-sessions(?:\/|$)/, "auth_oidc_sessions"],
  [/^\/1\.0\/auth\//, "access_management"],
  [/^\/1\.0\/cluster\/links(?:\/|$)/, "cluster_links"],
  [/^\/1\.0\/instances\/[^/]+\/uefi-vars$/, "instances_uefi_vars"],
  [/^\/1\.0\/networks\/[^/]+\/load-balancer-pools(?:\/|$)/, "network_load_balancer_pool"],
  [/^\/1\.0\/placement-groups(?:\/|$)/, "instance_placement_groups"],
  [/^\/1\.0\/replicators(?:\/|$)/, "replicators"],
  [/^\/1\.0\/storage-volumes(?:\/|$)/, "storage_volumes_all"],
  // Newer Incus
  [/^\/1\.0\/instances\/[^/]+\/bitmaps(?:\/|$)/, "storage_volume_nbd"],
  [/^\/1\.0\/instances\/[^/]+\/debug\/repair$/, "instances_debug_repair"],
  [/^\/1\.0\/instances\/[^/]+\/nbd$/, "instance_nbd"],
  [/^\/1\.0\/instances\/[^/]+\/nvram(?:\/|$)/, "instance_nvram"],
  [/^\/1\.0\/instances\/[^/]+\/port-forward$/, "instance_port_forward"],
  [/^\/1\.0\/network-address-sets(?:\/|$)/, "network_address_set"],
  [/^\/1\.0\/storage-pools\/[^/]+\/volumes\/[^/]+\/[^/]+\/(?:bitmaps|nbd)(?:\/|$)/, "storage_volume_nbd"],
  [/^\/1\.0\/storage-pools\/[^/]+\/volumes\/[^/]+\/[^/]+\/files$/, "file_storage_volume"],
  [/^\/1\.0\/storage-pools\/[^/]+\/volumes\/[^/]+\/[^/]+\/rebuild$/, "storage_volumes_rebuild"],
  [/^\/1\.0\/storage-pools\/[^/]+\/volumes\/[^/]+\/[^/]+\/sftp$/, "custom_volume_sftp"],
  // In Incus 6.0 and newer LXD, or in Incus 6.0 only
  [/^\/1\.0\/cluster\/members\/[^/]+\/state$/, "cluster_member_state"],
  [/^\/1\.0\/instances\/[^/]+\/access$/, "instance_access"],
  [/^\/1\.0\/instances\/[^/]+\/debug\/memory$/, "instance_debug_memory"],
  [/^\/1\.0\/instances\/[^/]+\/rebuild$/, "instances_rebuild"],
  [/^\/1\.0\/metadata\/configuration$/, "metadata_configuration"],
  [/^\/1\.0\/network-allocations$/, "network_allocations"],
  [/^\/1\.0\/network-integrations(?:\/|$)/, "network_integrations"],
  [/^\/1\.0\/networks\/[^/]+\/load-balancers(?:\/|$)/, "network_load_balancer"],
  [/^\/1\.0\/projects\/[^/]+\/access$/, "project_access"],
  [/^\/1\.0\/storage-pools\/[^/]+\/buckets(?:\/|$)/, "storage_buckets"],
];

/** The API extension without which servers do not know a path; undefined for paths that all of them know. */
export function extensionOfPath(path: string): string | undefined {
  return newerPaths.find(([pattern]) => pattern.test(path))?.[1];
}
