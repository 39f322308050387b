import type { Flavour } from "@lxdkit/protocol";
import {
  type FakeImage,
  type FakeServer,
  type FakeServerOptions,
  type PublishedImage,
  type SimplestreamsHost,
  startFakeServer,
  startSimplestreamsHost,
} from "@lxdkit/testing";
import { connectUnix, createServerSpec, type ServerSpec } from "@lxdkit/transport";
import { openServer, type Server } from "../server.ts";

/** A server, and hosts of images that it trusts. */
export interface ImageStage extends AsyncDisposable {
  readonly fake: FakeServer;
  readonly server: Server;
  /** Simplestreams hosts, as many as were asked for. */
  readonly hosts: readonly SimplestreamsHost[];
  /** How this client gets to them. */
  readonly specs: readonly ServerSpec[];
}

/** What stands on a stage. */
export interface ImageStageOptions extends Omit<FakeServerOptions, "imageServerCa"> {
  readonly flavour: Flavour;
  /** What each simplestreams host has. */
  readonly hosts?: readonly (readonly PublishedImage[])[];
}

/** Opens an {@link ImageStage}. */
export async function openImageStage({ hosts: wanted = [], ...options }: ImageStageOptions): Promise<ImageStage> {
  const hosts = await Promise.all(wanted.map((images) => startSimplestreamsHost({ images })));
  const certificates = hosts.map(({ certificate }) => certificate).join("");
  const fake = await startFakeServer({ ...options, ...(certificates && { imageServerCa: certificates }) });
  const server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  return {
    fake,
    server,
    hosts,
    specs: hosts.map(streamSpec),
    async [Symbol.asyncDispose]() {
      await server.close();
      await fake.close();
      await Promise.all(hosts.map((host) => host.close()));
    },
  };
}

/** How to get to a simplestreams host. */
export function streamSpec({ url, certificate }: SimplestreamsHost): ServerSpec {
  return createServerSpec({ host: url, protocol: "simplestreams", ca: certificate });
}

/** A server whose public images everybody gets. */
export async function startImageServer(
  flavour: Flavour,
  images: readonly FakeImage[],
): Promise<{ readonly fake: FakeServer; readonly spec: ServerSpec } & AsyncDisposable> {
  const fake = await startFakeServer({ flavour, https: true, images });
  const spec = createServerSpec({
    host: fake.httpsUrl ?? "",
    protocol: flavour,
    serverCertificate: await fake.certificate(),
  });
  return { fake, spec, [Symbol.asyncDispose]: () => fake.close() };
}

/** A release of Ubuntu to publish. */
export function ubuntu(release: string, content: string, more: Partial<PublishedImage> = {}): PublishedImage {
  return {
    aliases: [release],
    os: "ubuntu",
    release,
    architecture: "amd64",
    serial: "20261101",
    metadata: Buffer.from(`metadata of ${content}`),
    rootfs: Buffer.from(content),
    ...more,
  };
}

/** `METHOD path` of the changes that a server was asked for, and of what was asked about aliases. */
export function requestsOf(fake: FakeServer, pattern: RegExp): string[] {
  return fake.requests.map(({ method, path }) => `${method} ${path}`).filter((text) => pattern.test(text));
}
