import * as z from "zod";
import { type Operation, operationSchema } from "./operation.ts";
import { flag, listOf, mapOf, stringMap, text } from "./wire.ts";

/** Reads `GET /1.0/operations`: status in lower case to the operations' URLs. */
export const operationUrlsSchema: z.ZodType<Readonly<Record<string, readonly string[]>>> = mapOf(listOf(z.string()));

/** Reads `GET /1.0/operations?recursion=1`: status in lower case to the operations. */
export const operationsByStatusSchema: z.ZodType<Readonly<Record<string, readonly Operation[]>>> = mapOf(
  listOf(operationSchema),
);

/** Metadata of the operation of `POST .../exec` and `POST .../console`. */
export interface SessionMetadata {
  /** `0`, `1`, `2` and `control` to the secret of that web socket. */
  readonly fds: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly interactive: boolean;
  /** `1` and `2` to the URL of what was recorded. */
  readonly output: Readonly<Record<string, string>>;
  /** Exit code of the command, once it has ended. */
  readonly return?: number | undefined;
}

/** Reads a {@link SessionMetadata}. */
export const sessionMetadataSchema: z.ZodType<SessionMetadata> = z.looseObject({
  fds: stringMap,
  command: listOf(z.string()),
  environment: stringMap,
  interactive: flag,
  output: stringMap,
  return: z.number().optional(),
});

/** The body of `POST /1.0/certificates` that asked for a token: what the client will be. */
export interface TrustTokenRequest {
  readonly name: string;
  readonly type: string;
  readonly restricted: boolean;
  readonly projects: readonly string[];
}

/** Metadata of a token operation of `POST /1.0/certificates` or `POST /1.0/cluster/members`. */
export interface TokenMetadata {
  readonly secret: string;
  /** SHA-256 of the server's certificate. */
  readonly fingerprint: string;
  /** `host:port` of the server's addresses. */
  readonly addresses: readonly string[];
  /** When the token ends to work; missing or unset: never. */
  readonly expiresAt?: string | undefined;
  /** The body that asked for it; for certificates. */
  readonly request?: TrustTokenRequest | undefined;
  /** Name of the member that may join; for clusters. */
  readonly serverName?: string | undefined;
}

/** Reads a {@link TokenMetadata}. */
export const tokenMetadataSchema: z.ZodType<TokenMetadata> = z.looseObject({
  secret: z.string(),
  fingerprint: text,
  addresses: listOf(z.string()),
  expiresAt: z.string().optional(),
  request: z.looseObject({ name: text, type: text, restricted: flag, projects: listOf(z.string()) }).optional(),
  serverName: z.string().optional(),
});

/**
 * Metadata of the operation of a migration while it waits for its web sockets: their names (`control`, `fs` and others)
 * to their secrets.
 */
export type MigrationSecrets = Readonly<Record<string, string>>;

/** Reads {@link MigrationSecrets}. */
export const migrationSecretsSchema: z.ZodType<MigrationSecrets> = z.record(z.string(), z.string());

/** Metadata of the operation of `POST /1.0/images/{fingerprint}/secret`. */
export interface ImageSecretMetadata {
  readonly secret: string;
}

/** Reads an {@link ImageSecretMetadata}. */
export const imageSecretMetadataSchema: z.ZodType<ImageSecretMetadata> = z.looseObject({ secret: z.string() });

/** Metadata of the operation of `POST /1.0/images`, once it has succeeded. */
export interface ImageCreatedMetadata {
  readonly fingerprint: string;
  /** Bytes, as decimal digits; missing when the server had the image already. */
  readonly size?: string | undefined;
}

/** Reads an {@link ImageCreatedMetadata}. */
export const imageCreatedMetadataSchema: z.ZodType<ImageCreatedMetadata> = z.looseObject({
  fingerprint: z.string(),
  size: z.string().optional(),
});

/** How far an operation is: the key `progress` of its metadata while it packs or unpacks. */
export interface OperationProgress {
  /** For example `create_instance_from_image_unpack`. */
  readonly stage: string;
  /** Decimal digits; missing while it is 0. */
  readonly percent?: string | undefined;
  /** Bytes, as decimal digits; missing while it is 0. */
  readonly processed?: string | undefined;
  /** Bytes a second, as decimal digits. */
  readonly speed?: string | undefined;
}

/** Reads an {@link OperationProgress}. */
export const operationProgressSchema: z.ZodType<OperationProgress> = z.looseObject({
  stage: z.string(),
  percent: z.string().optional(),
  processed: z.string().optional(),
  speed: z.string().optional(),
});
