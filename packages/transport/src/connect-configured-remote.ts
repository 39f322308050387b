import type { AskPassphrase, Certificate } from "@lxdkit/certificates";
import { LxdkitError } from "@lxdkit/protocol";
import type { ProxyOption } from "./choose-proxy.ts";
import { connectHttps } from "./connect-https.ts";
import { connectUnix } from "./connect-unix.ts";
import type { Connection } from "./connection.ts";
import { readRemotes, type ReadRemotesOptions, type Remote, type Remotes } from "./remotes.ts";
import { serverEndpoint } from "./server-address.ts";
import { badProtocol } from "./server-spec.ts";
import { requireSocket } from "./socket-path.ts";

/** The port of a remote's address that names none, as it is of any URL. */
const httpsPort = 443;

/** Options of {@link connectConfiguredRemote}. */
export interface ConnectConfiguredRemoteOptions extends ReadRemotesOptions {
  /** Asks for the pass phrase when `client.key` is encrypted; by default such a key is an error. */
  readonly askPassphrase?: AskPassphrase | undefined;
  /** The project to work in, instead of `INCUS_PROJECT` and the remote's own. */
  readonly project?: string | undefined;
  /** As the option of {@link connectHttps}; by default what the environment says. */
  readonly proxy?: ProxyOption | undefined;
  /** As the option of {@link connectHttps}. */
  readonly proxyCa?: string | undefined;
  /** As the option of {@link connectHttps}. */
  readonly maxSockets?: number | undefined;
}

/** A connection to a remote, and where to work on it. */
export interface ConfiguredConnection {
  readonly connection: Connection;
  /** The project to work in; undefined for the server's default one. */
  readonly project: string | undefined;
  readonly remote: Remote;
}

/**
 * Connects to a server that a user of `lxc` or `incus` knows by name, with the user's certificate and the server's that
 * was stored when the remote was added. Nothing is sent, and nothing is written.
 *
 * @param name - The remote; undefined for the default one.
 * @throws {LxdkitError} What {@link readRemotes} throws; `REMOTE_NOT_FOUND`; `UNSUPPORTED_AUTH` for a remote that needs
 * a person to log in; `BAD_PROTOCOL` for one that is no server of LXD or Incus; `SOCKET_NOT_FOUND`; for the
 * certificates `CERTIFICATE_MISSING`, `KEY_MISSING`, `PASSPHRASE_NEEDED`, `WRONG_PASSPHRASE`, `BAD_PEM`, `BAD_KEY`,
 * `UNSUPPORTED_KEY`, `KEY_MISMATCH`, `BAD_REMOTE_NAME`, `FILE_NOT_READ`; `BAD_ADDRESS`, `BAD_PROXY`.
 */
export async function connectConfiguredRemote(
  name: string | undefined,
  options: ConnectConfiguredRemoteOptions,
): Promise<ConfiguredConnection> {
  const { flavour, environment, maxSockets, proxyCa } = options;
  const remotes = await readRemotes(options);
  const remote = remotes.get(name);
  const ofEnvironment = flavour === "incus" ? environment["INCUS_PROJECT"] : undefined;
  const project = options.project || ofEnvironment || remote.project;
  if (remote.address.startsWith("unix:")) {
    const path = remote.address.replace(/^unix:(?:\/\/)?/, "");
    const socketPath = path === "" ? requireSocket({ environment, flavour }) : path;
    return { connection: connectUnix({ socketPath, ...(maxSockets && { maxSockets }) }), project, remote };
  }
  checkSupported(remote);
  const { address } = serverEndpoint(remote.address, httpsPort);
  const { clientCertificate, ...trust } = await readCertificates(remotes, remote, options);
  const proxy = options.proxy ?? { environment };
  const connection = connectHttps({ address, ...trust, clientCertificate, proxy, proxyCa, maxSockets });
  return { connection, project, remote };
}

function checkSupported({ name, protocol, authType, isPublic }: Remote): void {
  if (protocol !== "lxd" && protocol !== "incus") {
    throw badProtocol(protocol, `The remote ${name} is an image server: use its address as the source of images.`);
  }
  if (authType === "tls" || isPublic) return;
  throw new LxdkitError(`the remote ${JSON.stringify(name)} wants to be logged in to with ${authType}`, {
    code: "UNSUPPORTED_AUTH",
    hint: "Add the server once more, under another name and with a certificate (auth type tls).",
  });
}

interface RemoteCertificates {
  readonly serverCertificate: string | undefined;
  readonly ca: string | undefined;
  readonly clientCertificate: Certificate | undefined;
}

async function readCertificates(
  { folder, globalFolder }: Remotes,
  { name, isPublic }: Remote,
  { askPassphrase, signal }: ConnectConfiguredRemoteOptions,
): Promise<RemoteCertificates> {
  const { createCertificateFolder } = await import("@lxdkit/certificates");
  const own = createCertificateFolder(folder);
  const reading = signal === undefined ? {} : { signal };
  const serverCertificate =
    (await own.readServerCertificate(name, reading)) ??
    (await createCertificateFolder(globalFolder).readServerCertificate(name, reading));
  const ca = await own.readAuthority(reading);
  if (isPublic) return { serverCertificate, ca, clientCertificate: undefined };
  const clientCertificate = await own.readKeyPair({ ...reading, ...(askPassphrase && { askPassphrase }) });
  if (clientCertificate !== undefined) return { serverCertificate, ca, clientCertificate };
  throw new LxdkitError(`there is no client.crt in ${folder}, and the remote ${JSON.stringify(name)} needs one`, {
    code: "CERTIFICATE_MISSING",
    address: folder,
    hint: "Adding a remote with lxc or incus makes it, and so does ensureKeyPair of @lxdkit/certificates.",
  });
}
