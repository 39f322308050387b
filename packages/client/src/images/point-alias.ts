import type { ImageAliasEntry } from "@lxdkit/protocol";
import { LxdkitError } from "@lxdkit/protocol";
import { isNotFound } from "@lxdkit/transport";
import type { Client } from "../client.ts";

/** How often a name is looked at again that somebody else makes, changes or removes at the same time. */
const attempts = 5;

/** Gives an image a name, which another image may have until then. */
export async function pointAlias(
  client: Client,
  fingerprint: string,
  { name, description }: ImageAliasEntry,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { aliases } = client.images;
  const body = { target: fingerprint, description };
  for (let attempt = 1; ; attempt += 1) {
    try {
      const known = await aliases.get(name, { signal }).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      if (known === undefined) await aliases.create({ ...body, name }, { signal });
      else if (known.value.target !== fingerprint) await aliases.update(name, body, { signal, ifMatch: known.etag });
      return;
    } catch (error) {
      if (attempt === attempts || !isOvertaken(error)) throw error;
    }
  }
}

function isOvertaken(error: unknown): boolean {
  return LxdkitError.is(error) && ["CONFLICT", "ETAG_MISMATCH", "NOT_FOUND"].includes(error.code);
}
