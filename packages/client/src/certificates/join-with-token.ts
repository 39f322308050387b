import { parseTrustToken } from "@lxdkit/certificates";
import { LxdkitError, MultipleErrors } from "@lxdkit/protocol";
import { type Connection, connectHttps, type ConnectHttpsOptions, readServerCertificate } from "@lxdkit/transport";
import { createClient } from "../client.ts";

/** Options of {@link joinWithToken}. */
export interface JoinWithTokenOptions {
  /** PEM certificate and key by which the server will know the caller. */
  readonly clientCertificate: NonNullable<ConnectHttpsOptions["clientCertificate"]>;
  /** Where to look for the server; by default where the token says, which does not help behind address translation. */
  readonly addresses?: readonly string[] | undefined;
  /** A server that trusts the certificate already is no error; its token stays unused. False by default. */
  readonly acceptTrusted?: boolean | undefined;
  /** Ends the attempt; the rejection is `signal.reason` itself. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds in which an address must show a certificate; those of `readServerCertificate` by default. */
  readonly timeoutMs?: number | undefined;
  /** The way to the server, as the option of `connectHttps`; none by default. */
  readonly proxy?: ConnectHttpsOptions["proxy"];
  /** Reads what an address shows; that of `@lxdkit/transport` by default. */
  readonly readServerCertificate?: typeof readServerCertificate | undefined;
  /** Connects to the address that was found; `connectHttps` by default. */
  readonly connect?: ((options: ConnectHttpsOptions) => Connection) | undefined;
}

/** A server that trusts the caller now. */
export interface JoinedServer {
  /** The first address at which the server of the token answered. */
  readonly address: string;
  /** PEM of its certificate: what to pin from now on. */
  readonly serverCertificate: string;
  /** The caller's connection to it; his to close. */
  readonly connection: Connection;
  /** False when the server trusted the caller already. */
  readonly changed: boolean;
}

/**
 * Makes the server that issued a trust token trust the caller's certificate. All addresses are tried at the same time;
 * the first that shows the certificate of the token wins, and only it is sent anything.
 *
 * @throws {CertificateError} `BAD_TOKEN`, `TOKEN_EXPIRED`.
 * @throws {LxdkitError} `NO_ADDRESS` when neither the token nor the caller names one.
 * @throws {MultipleErrors} `TOKEN_SERVER_NOT_FOUND` with the failure of every address.
 * @throws {ApiError} `FORBIDDEN` for a token that was used or revoked; `BAD_REQUEST` for a caller who is trusted
 * already, unless that is accepted.
 */
export async function joinWithToken(token: string, options: JoinWithTokenOptions): Promise<JoinedServer> {
  const { clientCertificate, acceptTrusted, proxy, signal, connect = connectHttps } = options;
  signal?.throwIfAborted();
  const { fingerprint, addresses } = parseTrustToken(token);
  const found = await findServer(options.addresses ?? addresses, fingerprint, options);
  const connection = connect({ ...found, clientCertificate, proxy });
  try {
    const { changed } = await createClient(connection).certificates.addWithToken(token, { acceptTrusted, signal });
    return { ...found, connection, changed };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** The first address behind which the certificate with the fingerprint is. */
async function findServer(
  addresses: readonly string[],
  fingerprint: string,
  { readServerCertificate: readShown = readServerCertificate, proxy, signal, timeoutMs }: JoinWithTokenOptions,
): Promise<Pick<JoinedServer, "address" | "serverCertificate">> {
  if (addresses.length === 0) {
    throw new LxdkitError("the token does not say where its server is", {
      code: "NO_ADDRESS",
      hint: "Name an address at which the server can be reached.",
    });
  }
  const found = new AbortController();
  const ends = signal === undefined ? found.signal : AbortSignal.any([found.signal, signal]);
  const attempts = addresses.map(async (address) => {
    const shown = await readShown(address, { signal: ends, timeoutMs, proxy });
    if (shown.fingerprint !== fingerprint) throw otherServer(address);
    return { address, serverCertificate: shown.serverCertificate };
  });
  try {
    return await Promise.any(attempts);
  } catch (error) {
    signal?.throwIfAborted();
    throw notFound((error as AggregateError).errors);
  } finally {
    // The other attempts are of no use any more.
    found.abort();
  }
}

function otherServer(address: string): LxdkitError {
  return new LxdkitError(`${address} shows another certificate than that of the token's server`, {
    code: "TLS_PIN_MISMATCH",
    address,
    hint: "Another server has the address now, or somebody is in between.",
  });
}

function notFound(errors: readonly unknown[]): MultipleErrors {
  const reasons = errors.map((error) => `  ${error instanceof Error ? error.message : String(error)}`);
  return new MultipleErrors(`the server of the token was not found\n${reasons.join("\n")}`, errors, {
    code: "TOKEN_SERVER_NOT_FOUND",
    cause: errors[0],
    hint: "Is the server running, and can it be reached under one of these addresses?",
  });
}
