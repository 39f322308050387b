import * as z from "zod";
import type { Flavour } from "./flavour.ts";
import { listOf } from "./wire.ts";

/** What the server says about the machine and itself; absent for a caller that it does not trust. */
export interface ServerEnvironment {
  readonly server: string;
  readonly server_version: string;
  readonly server_name: string;
  readonly server_clustered: boolean;
  /** Kernel names of the architectures that it runs, the native one first. */
  readonly architectures: readonly string[];
  /** PEM of the certificate that the server shows over HTTPS. */
  readonly certificate: string;
  readonly addresses: readonly string[];
}

/** A server: `GET /1.0`. */
export interface ServerInfo {
  readonly api_version: string;
  readonly api_extensions: readonly string[];
  readonly auth: string;
  readonly auth_methods: readonly string[];
  readonly public: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly environment?: ServerEnvironment | undefined;
}

/** Reads a {@link ServerInfo}. */
export const serverInfoSchema: z.ZodType<ServerInfo> = z.looseObject({
  api_version: z.string(),
  api_extensions: listOf(z.string()),
  auth: z.string().default(""),
  auth_methods: listOf(z.string()),
  public: z.boolean().default(false),
  config: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((value) => value ?? {}),
  environment: z
    .looseObject({
      server: z.string(),
      server_version: z.string(),
      server_name: z.string().default(""),
      server_clustered: z.boolean().default(false),
      architectures: listOf(z.string()),
      certificate: z.string().default(""),
      addresses: listOf(z.string()),
    })
    .optional(),
});

/** An extension that every Incus since 6.0 lists and no LXD does. */
const incusOnlyExtension = "auth_tls_jwt";

/** The family that a server belongs to. Callers that it does not trust see no environment; then the extensions tell. */
export function flavourOf(info: ServerInfo): Flavour {
  if (info.environment !== undefined) return info.environment.server === "incus" ? "incus" : "lxd";
  return info.api_extensions.includes(incusOnlyExtension) ? "incus" : "lxd";
}
