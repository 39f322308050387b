import { type Certificate, checkRemoteName, parseTrustToken } from "@lxdkit/certificates";
import { createClient, joinWithToken } from "@lxdkit/client";
import { LxdkitError } from "@lxdkit/protocol";
import { connectHttps, ensureHostPort, readServerCertificate, type ShownCertificate } from "@lxdkit/transport";
import { confirm } from "../confirm.ts";
import { remoteFolder } from "../remotes/remote-folder.ts";
import { openRemoteStore, type RemoteStore } from "../remotes/remote-store.ts";

/** Options of `lxdkit remote add`. */
export interface AddRemoteOptions {
  readonly fingerprint?: string | undefined;
  readonly acceptCertificate?: true | undefined;
  readonly address?: readonly string[] | undefined;
  readonly project?: string | undefined;
}

/** Where a server is, and what it shows. */
interface KnownServer {
  readonly address: string;
  readonly serverCertificate: string;
}

/** Adds a server and prints its name and address. */
export async function addRemote(
  name: string,
  tokenOrUrl: string,
  options: AddRemoteOptions,
  signal: AbortSignal,
): Promise<void> {
  checkRemoteName(name);
  const store = openRemoteStore(remoteFolder(process.env));
  if ((await store.list()).has(name)) {
    throw new LxdkitError(`there is a remote named ${name} already`, {
      code: "NAME_TAKEN",
      hint: `Choose another name, or remove it first: lxdkit remote remove ${name}.`,
    });
  }
  const server = isToken(tokenOrUrl)
    ? await joinByToken(tokenOrUrl, store, options, signal)
    : await findByAddress(tokenOrUrl, store, options, signal);
  const { address, serverCertificate } = server;
  await store.add(name, { address, ...(options.project && { project: options.project }) }, serverCertificate);
  process.stdout.write(`${name} ${address}\n`);
}

/** A token is told from an address by what is in it; one whose time is over is still one. */
function isToken(text: string): boolean {
  try {
    parseTrustToken(text);
    return true;
  } catch (error) {
    if (LxdkitError.is(error) && error.code === "BAD_TOKEN") return false;
    throw error;
  }
}

async function joinByToken(
  token: string,
  store: RemoteStore,
  { address: addresses, fingerprint, acceptCertificate }: AddRemoteOptions,
  signal: AbortSignal,
): Promise<KnownServer> {
  if (fingerprint !== undefined || acceptCertificate === true) {
    throw new LxdkitError("a token says itself which certificate its server has", {
      code: "BAD_ARGUMENT",
      hint: "Leave out --fingerprint and --accept-certificate.",
    });
  }
  const clientCertificate = keyPairOf((await store.certificates.ensureKeyPair({ signal })).certificate);
  const joined = await joinWithToken(token, {
    clientCertificate,
    addresses,
    acceptTrusted: true,
    proxy: { environment: process.env },
    signal,
  });
  await joined.connection.close();
  return { address: ensureHostPort(joined.address), serverCertificate: joined.serverCertificate };
}

async function findByAddress(
  url: string,
  store: RemoteStore,
  options: AddRemoteOptions,
  signal: AbortSignal,
): Promise<KnownServer> {
  if (options.address !== undefined) {
    throw new LxdkitError("--address says where the server of a token is, and this is no token", {
      code: "BAD_ARGUMENT",
    });
  }
  const address = ensureHostPort(url);
  const proxy = { environment: process.env };
  const shown = await readServerCertificate(address, { signal, proxy });
  await checkCertificate(address, shown, options, signal);
  const { serverCertificate } = shown;
  const clientCertificate = keyPairOf((await store.certificates.ensureKeyPair({ signal })).certificate);
  const connection = connectHttps({ address, serverCertificate, clientCertificate, proxy });
  try {
    const info = await createClient(connection).info({ signal });
    if (info.auth !== "trusted" && !info.public) tellOfTrust(store);
  } finally {
    await connection.close();
  }
  return { address, serverCertificate };
}

async function checkCertificate(
  address: string,
  { fingerprint }: ShownCertificate,
  options: AddRemoteOptions,
  signal: AbortSignal,
): Promise<void> {
  if (options.fingerprint === fingerprint || options.acceptCertificate === true) {
    process.stderr.write(`certificate of ${address}: ${fingerprint}\n`);
    return;
  }
  if (options.fingerprint !== undefined) {
    throw new LxdkitError(`${address} shows another certificate: ${fingerprint}`, {
      code: "TLS_PIN_MISMATCH",
      address,
      hint: "Another server has the address, or somebody is in between. Nothing was stored.",
    });
  }
  const question = `${address} shows the certificate ${fingerprint}. Is that the one of your server? [y/N] `;
  if (process.stdin.isTTY && (await confirm(question, signal))) return;
  throw new LxdkitError(`the certificate of ${address} was not accepted: ${fingerprint}`, {
    code: "CERTIFICATE_NOT_ACCEPTED",
    address,
    hint: "Compare it with what the server's owner says, then give it as --fingerprint; or add the server by a trust token.",
  });
}

function tellOfTrust({ folder }: RemoteStore): void {
  process.stderr.write(
    `Note: the server does not trust this client yet. Add the certificate ${folder}/client.crt to its trust store ` +
      "(lxc config trust add, incus config trust add-certificate), or add the server by a trust token.\n",
  );
}

function keyPairOf({ certificatePem, keyPem }: Certificate): { readonly certificate: string; readonly key: string } {
  return { certificate: certificatePem, key: keyPem };
}
