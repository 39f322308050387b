import * as z from "zod";
import type { Flavour } from "./flavour.ts";
import { amount, flag, listOf, mapOf, stringMap, text } from "./wire.ts";

/** A storage driver that the server can use. Servers capitalise these keys. */
export interface ServerStorageDriver {
  readonly Name: string;
  readonly Version: string;
  /** The storage is reached over a network and shared by the members of a cluster. */
  readonly Remote: boolean;
}

/** What the server says about the machine and itself; absent for a caller that it does not trust. */
export interface ServerEnvironment {
  /** `lxd` or `incus`. */
  readonly server: string;
  readonly server_version: string;
  /** Name of the machine, or of the member in a cluster. */
  readonly server_name: string;
  readonly server_clustered: boolean;
  /** How events pass between members: `full-mesh`, `hub-server` or `hub-client`. */
  readonly server_event_mode: string;
  readonly server_pid: number;
  /** The project that the request was for. */
  readonly project: string;
  /** Kernel names of the architectures that it runs, the native one first. */
  readonly architectures: readonly string[];
  /** PEM of the certificate that the server shows over HTTPS. */
  readonly certificate: string;
  /** Lower-case hexadecimal SHA-256 of that certificate. */
  readonly certificate_fingerprint: string;
  /** `host:port` of each address that it listens on. */
  readonly addresses: readonly string[];
  /** Instance drivers, separated by ` | `: `lxc | qemu`. */
  readonly driver: string;
  readonly driver_version: string;
  /** `nftables` or `xtables`. */
  readonly firewall: string;
  readonly kernel: string;
  readonly kernel_architecture: string;
  readonly kernel_version: string;
  /** Feature of the kernel to `true` or `false`. */
  readonly kernel_features: Readonly<Record<string, string>>;
  /** Feature of liblxc to `true` or `false`. */
  readonly lxc_features: Readonly<Record<string, string>>;
  readonly os_name: string;
  readonly os_version: string;
  /** Storage drivers in use, separated by ` | `. */
  readonly storage: string;
  readonly storage_version: string;
  readonly storage_supported_drivers: readonly ServerStorageDriver[];
}

/** A server: `GET /1.0`. */
export interface ServerInfo {
  readonly api_version: string;
  /** `stable`, `development` or `deprecated`. */
  readonly api_status: string;
  readonly api_extensions: readonly string[];
  /** `trusted` or `untrusted`. */
  readonly auth: string;
  readonly auth_methods: readonly string[];
  /** Name of the caller. Incus only. */
  readonly auth_user_name?: string | undefined;
  /** How the caller was recognised, for example `unix` or `tls`. Incus only. */
  readonly auth_user_method?: string | undefined;
  readonly public: boolean;
  /** Empty for a caller that is not trusted. Values are texts, but `core.trust_password` of LXD 5 is shown as `true`. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment?: ServerEnvironment | undefined;
}

/** Body of `PUT /1.0` (replaces all keys) and `PATCH /1.0` (merges). */
export interface ServerPut {
  readonly config: Readonly<Record<string, unknown>>;
}

const environmentSchema: z.ZodType<ServerEnvironment> = z.looseObject({
  server: z.string(),
  server_version: z.string(),
  server_name: text,
  server_clustered: flag,
  server_event_mode: text,
  server_pid: amount,
  project: text,
  architectures: listOf(z.string()),
  certificate: text,
  certificate_fingerprint: text,
  addresses: listOf(z.string()),
  driver: text,
  driver_version: text,
  firewall: text,
  kernel: text,
  kernel_architecture: text,
  kernel_version: text,
  kernel_features: stringMap,
  lxc_features: stringMap,
  os_name: text,
  os_version: text,
  storage: text,
  storage_version: text,
  storage_supported_drivers: listOf(z.looseObject({ Name: z.string(), Version: text, Remote: flag })),
});

/** Reads a {@link ServerInfo}. */
export const serverInfoSchema: z.ZodType<ServerInfo> = z.looseObject({
  api_version: z.string(),
  api_status: text,
  api_extensions: listOf(z.string()),
  auth: text,
  auth_methods: listOf(z.string()),
  auth_user_name: z.string().optional(),
  auth_user_method: z.string().optional(),
  public: flag,
  config: mapOf(z.unknown()),
  environment: environmentSchema.optional(),
});

/** An extension that every Incus since 6.0 lists and no LXD does. */
const incusOnlyExtension = "auth_tls_jwt";

/** The family that a server belongs to. Callers that it does not trust see no environment; then the extensions tell. */
export function flavourOf(info: ServerInfo): Flavour {
  if (info.environment !== undefined) return info.environment.server === "incus" ? "incus" : "lxd";
  return info.api_extensions.includes(incusOnlyExtension) ? "incus" : "lxd";
}
