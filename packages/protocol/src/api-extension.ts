import { LxdkitError } from "./lxdkit-error.ts";

/**
 * The API extensions that lxdkit decides by. The first group is in LXD 5.0, the others came later or in one family
 * only; servers list many more. LXD 5.0.2 lists 318, Incus 6.0.4 lists 450.
 */
export const apiExtensions = [
  // LXD 5.0 and newer
  "api_filtering",
  "backup_compression_algorithm",
  "backup_override_name",
  "certificate_project",
  "certificate_token",
  "certificate_update",
  "cloud_init",
  "cluster_internal_copy",
  "cluster_join_token_expiry",
  "cluster_migration_inconsistent_copy",
  "clustering",
  "clustering_config",
  "clustering_edit_roles",
  "clustering_evacuation",
  "clustering_failure_domains",
  "clustering_groups",
  "clustering_join",
  "clustering_join_token",
  "clustering_update_cert",
  "console",
  "console_vga_type",
  "container_backup",
  "container_backup_override_pool",
  "container_copy_project",
  "container_edit_metadata",
  "container_exec_recording",
  "container_exec_user_group_cwd",
  "container_full",
  "container_incremental_copy",
  "container_only_migration",
  "container_push",
  "container_push_target",
  "container_snapshot_stateful_migration",
  "cpu_hotplug",
  "custom_volume_backup",
  "custom_volume_refresh",
  "custom_volume_snapshot_expiry",
  "directory_manipulation",
  "etag",
  "event_lifecycle",
  "event_location",
  "event_project",
  "file_append",
  "file_delete",
  "file_symlinks",
  "image_compression_algorithm",
  "image_create_aliases",
  "image_force_refresh",
  "image_source_project",
  "images_push_relay",
  "images_target_project",
  "instance_all_projects",
  "instance_allow_inconsistent_copy",
  "instance_bulk_state_change",
  "instance_file_head",
  "instance_get_full",
  "instance_pool_move",
  "instance_project_move",
  "instances",
  "metrics",
  "network",
  "network_acl",
  "network_acl_log",
  "network_dns",
  "network_dns_records",
  "network_forward",
  "network_leases",
  "network_peer",
  "network_state",
  "patch",
  "project_usage",
  "projects",
  "projects_limits",
  "projects_restrictions",
  "remote_token_expiry",
  "resources",
  "resources_v2",
  "snapshot_expiry",
  "snapshot_expiry_creation",
  "storage",
  "storage_api_local_volume_handling",
  "storage_api_project",
  "storage_api_remote_volume_handling",
  "storage_api_volume_rename",
  "storage_api_volume_snapshots",
  "storage_volume_project_move",
  "storage_volume_state",
  "storage_volumes_all_projects",
  "virtual-machines",
  "warnings",
  // Incus 6.0, some of them also newer LXD
  "api_filtering_extended",
  "auth_tls_jwt",
  "auth_user",
  "certificate_description",
  "cluster_healing",
  "cluster_member_state",
  "cluster_rebalance",
  "console_force",
  "custom_volume_iso",
  "custom_volume_refresh_exclude_older_snapshots",
  "event_lifecycle_name_and_project",
  "image_copy_profile",
  "image_import_alias",
  "images_all_projects",
  "init_preseed_storage_volumes",
  "instance_access",
  "instance_console_screenshot",
  "instance_create_start",
  "instance_debug_memory",
  "instance_state_cpu_time",
  "instance_state_started_at",
  "instances_rebuild",
  "instances_state_os_info",
  "instances_state_total",
  "metadata_configuration",
  "network_acls_all_projects",
  "network_allocations",
  "network_integrations",
  "network_integrations_peer_name",
  "network_load_balancer",
  "network_load_balancer_state",
  "network_zones_all_projects",
  "networks_all_projects",
  "oidc",
  "operation_wait",
  "operations_get_query_all_projects",
  "profiles_all_projects",
  "project_access",
  "projects_force_delete",
  "resources_cpu_flags",
  "resources_load",
  "storage_bucket_backup",
  "storage_buckets",
  "storage_buckets_all_projects",
  "storage_buckets_create_credentials",
  "storage_buckets_local",
  "storage_volumes_created_at",
  // Newer LXD
  "explicit_trust_token",
  "storage_and_profile_operations",
  "storage_and_network_operations",
  "project_delete_operation",
  // Newer Incus
  "file_delete_force",
] as const;

/** One of {@link apiExtensions}. */
export type ApiExtension = (typeof apiExtensions)[number];

/** The part of `GET /1.0` that says what a server can do. */
export interface ApiExtensionList {
  readonly api_extensions: readonly string[];
}

/** Any extension of a server; those of {@link apiExtensions} are completed by editors. */
export type ApiExtensionName = ApiExtension | (string & Record<never, never>);

/** Says whether a server has an API extension. */
export function hasExtension(server: ApiExtensionList, extension: ApiExtensionName): boolean {
  return server.api_extensions.includes(extension);
}

/** A server cannot do what was asked: it lacks an API extension. Its code is `EXTENSION_MISSING`. */
export class MissingExtensionError extends LxdkitError {
  override readonly name: string = "MissingExtensionError";
  /** The extension that the server would need. */
  readonly extension: string;

  constructor(extension: string, step?: string) {
    super(`the server is missing the API extension ${JSON.stringify(extension)}`, {
      code: "EXTENSION_MISSING",
      hint: "Use a newer server, or the family (LXD or Incus) that has this feature.",
      step,
    });
    this.extension = extension;
  }
}

/**
 * Passes when a server has an API extension; `step` says in the error what it was needed for.
 *
 * @throws {MissingExtensionError} `EXTENSION_MISSING`, before any request, when it has not.
 */
export function requireExtension(server: ApiExtensionList, extension: ApiExtensionName, step?: string): void {
  if (!hasExtension(server, extension)) throw new MissingExtensionError(extension, step);
}
