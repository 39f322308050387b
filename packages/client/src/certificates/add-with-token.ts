import { parseTrustToken } from "@lxdkit/certificates";
import { type CertificatesPost, flavourOf, hasExtension, LxdkitError, serverInfoSchema } from "@lxdkit/protocol";
import type { ApiError } from "@lxdkit/transport";
import { change, read } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { isAway } from "../is-away.ts";

/** Options of adding oneself with a token. */
export interface AddWithTokenOptions extends CallOptions {
  /** A server that trusts the caller already is no error; its token stays unused. False by default. */
  readonly acceptTrusted?: boolean | undefined;
}

/** What became of adding oneself with a token. */
export interface AddWithTokenResult {
  /** False when the server trusted the caller already. */
  readonly changed: boolean;
}

/**
 * Makes the server trust the certificate of this connection.
 *
 * When the answer is lost, the server is asked whether it trusts the caller now.
 */
export async function addWithToken(
  context: ClientContext,
  token: string,
  { acceptTrusted = false, ...options }: AddWithTokenOptions,
): Promise<AddWithTokenResult> {
  // Read for the check alone: what is sent is the server's own text.
  parseTrustToken(token);
  const text = token.replaceAll(/\s/g, "");
  const info = await context.info(options.signal);
  const hasField = flavourOf(info) === "incus" || hasExtension(info, "explicit_trust_token");
  const proof = hasField ? { trust_token: text } : { password: text };
  const body: CertificatesPost = { type: "client", ...proof };
  try {
    await change(context, "POST /1.0/certificates", { ...options, body });
    return { changed: true };
  } catch (error) {
    const isLost = isAway(error);
    if ((isLost || (acceptTrusted && isRefusal(error))) && (await isTrusted(context, options))) {
      return { changed: isLost };
    }
    throw error;
  }
}

/** Servers answer somebody whom they know already with 400; with 409 when the certificate is in the body, too. */
function isRefusal(error: unknown): boolean {
  return LxdkitError.is(error) && [400, 409].includes((error as ApiError).status);
}

/** Asks anew: what was remembered is of the time before. False also when nobody answers. */
async function isTrusted(context: ClientContext, options: CallOptions): Promise<boolean> {
  try {
    return (await read(context, "GET /1.0", options, serverInfoSchema)).auth === "trusted";
  } catch {
    options.signal?.throwIfAborted();
    return false;
  }
}
