import { createClient } from "@lxdkit/client";
import type { ImageSource as WireSource, InstanceSource, ServerEnvironment } from "@lxdkit/protocol";
import { connectImageRemote, readServerCertificate, type ServerSpec } from "@lxdkit/transport";
import { ServerError } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { sourceName, sourceSpec } from "./image-source.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** Where a server downloads an image from: part of the body of a request, for a new image and a new instance alike. */
export type WirePull = Omit<WireSource, "type"> & { readonly type: "image" };

/** Ways to get one image, to be tried in this order, until it is disposed of. */
export interface PullSource extends AsyncDisposable {
  readonly sources: readonly [WirePull, ...WirePull[]];
}

/**
 * Gets ready for a server to download an image: a private one on another LXD or Incus server is unlocked by a secret,
 * once, until the result is disposed of.
 */
export async function openPullSource(
  host: ServerHost,
  image: SourcedImage,
  signal: AbortSignal | undefined,
): Promise<PullSource> {
  const { source } = image;
  if (source === undefined) throw new TypeError("the server has this image: there is nothing to download");
  const spec = sourceSpec(source);
  if (spec !== undefined && spec.protocol !== "simplestreams") return openServerPull(host, image, spec, signal);
  const server = sourceName(source);
  return undisposed({ ...pull(image, isForeign(host, image)), protocol: "simplestreams", server });
}

/** The `source` of a new instance made from an image; a source of several addresses is reached by the first. */
export async function openInstanceSource(
  host: ServerHost,
  image: SourcedImage,
  signal: AbortSignal | undefined,
): Promise<{ readonly source: InstanceSource } & AsyncDisposable> {
  if (image.source === undefined) {
    return { source: { type: "image", fingerprint: image.fingerprint }, [Symbol.asyncDispose]: nothing };
  }
  const opened = await openPullSource(host, image, signal);
  const [{ image_type: _, ...source }] = opened.sources;
  return { source, [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() };
}

async function openServerPull(
  host: ServerHost,
  image: SourcedImage,
  spec: ServerSpec,
  signal: AbortSignal | undefined,
): Promise<PullSource> {
  const remote = connectImageRemote(spec);
  if (remote.protocol === "simplestreams") throw new TypeError("this is a simplestreams server");
  const { connection } = remote;
  const client = createClient(connection);
  try {
    const { environment } = await client.info({ signal });
    if (isItself(host, environment)) throw fromItself(image);
    const servers = new Set([connection.address, ...(environment?.addresses ?? []).map(httpsUrl)]);
    const certificate = await certificateOf(spec, connection.address, signal);
    const unlocked =
      image.isPublic === false ? await client.images.createSecret(image.fingerprint, { signal }) : undefined;
    // A secret opens one image alone, so it is asked for by its fingerprint.
    const what =
      unlocked === undefined ? pull(image, isForeign(host, image)) : { ...pull(image, true), secret: unlocked.secret };
    const sources = [...servers].map((server) => ({ ...what, protocol: host.flavour, certificate, server }));
    return {
      sources: sources as [WirePull, ...WirePull[]],
      async [Symbol.asyncDispose]() {
        // One that was used has ended by itself.
        await unlocked?.handle.cancel().catch(() => undefined);
        client.events.close();
        await connection.close();
      },
    };
  } catch (error) {
    client.events.close();
    await connection.close();
    throw error;
  }
}

/** Other projects of one server may copy from each other; a caller who is not trusted cannot tell. */
function isItself({ info, client }: ServerHost, there: ServerEnvironment | undefined): boolean {
  const here = info.environment;
  if (here === undefined || there === undefined || (client.place.project ?? "default") !== "default") return false;
  const { certificate_fingerprint, server_name, server_pid } = there;
  if (certificate_fingerprint === "" || certificate_fingerprint !== here.certificate_fingerprint) return false;
  // Copies of one machine show the same certificate.
  return server_name === here.server_name && server_pid === here.server_pid;
}

function fromItself({ alias }: SourcedImage): ServerError {
  return new ServerError(`the image ${alias} is on the server itself`, {
    code: "IMAGE_ALREADY_LOCAL",
    step: `copy image ${alias}`,
  });
}

/** Under an alias a server takes what it runs natively; any other image is asked for by its fingerprint. */
function isForeign({ info }: ServerHost, { architecture }: SourcedImage): boolean {
  const [native] = info.environment?.architectures ?? [];
  return architecture !== undefined && architecture !== native;
}

/** By alias a server keeps an image fresh; by fingerprint it never looks again. */
function pull({ fingerprint, alias, type = "container" }: SourcedImage, isExact = false): WirePull {
  const name = isExact || fingerprint.startsWith(alias) ? { fingerprint } : { alias };
  return { type: "image", mode: "pull", image_type: type, ...name };
}

/** What the downloading server must see there; empty when the authorities that everybody knows vouch for it. */
async function certificateOf(spec: ServerSpec, address: string, signal: AbortSignal | undefined): Promise<string> {
  const { serverCertificate, serverFingerprint, ca, insecure, proxy, proxyCa } = spec;
  if (serverCertificate !== undefined) return serverCertificate;
  if (serverFingerprint === undefined && ca === undefined && insecure !== true) return "";
  return (await readServerCertificate(address, { signal, proxy, proxyCa })).serverCertificate;
}

function httpsUrl(address: string): string {
  return address.startsWith("https://") ? address : `https://${address}`;
}

function undisposed(source: WirePull): PullSource {
  return { sources: [source], [Symbol.asyncDispose]: nothing };
}

async function nothing(): Promise<void> {
  // There is nothing to give back.
}
