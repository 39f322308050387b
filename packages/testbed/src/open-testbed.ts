import { startSimplestreamsHost } from "@lxdkit/simplestreams/testing";
import { bedsFolder, chooseBedFolder, sweepBeds } from "./bed-folder.ts";
import { describeFailure, tailOfLogs } from "./bed-failure.ts";
import { environmentOf, publishedImages, writeAuthorities, writeBedFiles } from "./bed-files.ts";
import { type BedLayout, type BedPorts, layOutBed } from "./bed-layout.ts";
import { describeMember, trustCertificate } from "./bed-members.ts";
import { cloudImage } from "./images/cloud-image.ts";
import { tinyImage } from "./images/tiny-image.ts";
import { killServer, startServer } from "./member-server.ts";
import { initialiseMembers, waitForServer } from "./initialise-members.ts";
import { startOutsideRelays, startStreamsRelay } from "./outside-relays.ts";
import { checkPreconditions, readMachineFacts } from "./preconditions.ts";
import { namesOf } from "./programs.ts";
import { runInside } from "./run-inside.ts";
import { startSupervisor } from "./supervisor.ts";
import type { OpenTestbedOptions, Testbed, TestbedImages } from "./testbed.ts";

/**
 * Opens a test bed: real servers in namespaces of their own, with a network, a storage pool, images and a
 * simplestreams host that they trust.
 *
 * Nothing of it outlives this process, however this process ends: a supervisor outside of the bed waits for that and
 * removes every process, mount, namespace, interface, control group and folder.
 *
 * @throws {LxdkitError} `TESTBED_UNSUPPORTED`, `TESTBED_MISSING_PROGRAMS`: the machine cannot; the hint says what to
 *   do. `TESTBED_IMAGE_FAILED`: an image could not be built. `TESTBED_START_FAILED`: a server did not start; the hint
 *   ends with the last lines of its log. Nothing is left behind in any of these cases.
 */
export async function openTestbed(options: OpenTestbedOptions = {}): Promise<Testbed> {
  const { flavour = "lxd", members = 1, signal } = options;
  const step = options.onStep ?? (() => undefined);
  signal?.throwIfAborted();
  checkPreconditions(flavour, options.cloudImage === true, readMachineFacts());
  const parent = bedsFolder();
  step("remove what crashed test beds left");
  await sweepBeds(parent);
  step("build or find the images");
  const tiny = await tinyImage(signal);
  const images: TestbedImages = options.cloudImage === true ? { tiny, cloud: await cloudImage(signal) } : { tiny };
  signal?.throwIfAborted();

  const layout = layOutBed(flavour, chooseBedFolder(parent), members);
  // What was opened, to be closed in the opposite order.
  const opened: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= closeAll(opened));
  try {
    const bed = await open({ layout, images, options, step, opened, close });
    signal?.throwIfAborted();
    // A failure of this closing reaches whoever calls close() later.
    signal?.addEventListener("abort", () => void close().catch(() => undefined), { once: true });
    return bed;
  } catch (error) {
    const log = tailOfLogs(layout);
    await close();
    signal?.throwIfAborted();
    throw describeFailure(error, flavour, log);
  }
}

interface Opening {
  readonly layout: BedLayout;
  readonly images: TestbedImages;
  readonly options: OpenTestbedOptions;
  readonly step: (step: string) => void;
  readonly opened: (() => Promise<void>)[];
  readonly close: () => Promise<void>;
}

async function open({ layout, images, options, step, opened, close }: Opening): Promise<Testbed> {
  const { signal } = options;
  const names = namesOf[layout.flavour];
  step("make the namespaces");
  const supervisor = startSupervisor(
    layout.directory,
    layout.members.map(({ name }) => name),
  );
  opened.push(supervisor.close);
  await supervisor.prepared(signal);
  options.onDirectory?.(layout.directory);
  const relays = await startOutsideRelays(layout);
  opened.push(relays.close);
  const host = await startSimplestreamsHost({
    images: publishedImages(images),
    ...(signal === undefined ? {} : { signal }),
  });
  opened.push(host.close);
  const streamsRelay = await startStreamsRelay(layout, host.port);
  opened.push(streamsRelay.close);
  const ports: BedPorts = { https: relays.port, streams: host.port };
  writeBedFiles(layout, ports, host);
  await supervisor.start(signal);

  step("start the servers");
  const environment = environmentOf(layout, ports, host);
  const timeoutMs = options.startTimeoutMs ?? 60_000;
  await Promise.all(layout.members.map((member) => waitForServer(member, timeoutMs, signal)));
  const isInitialised = options.initialised ?? true;
  if (isInitialised) {
    step(layout.members.length > 1 ? "form the cluster" : "prepare the server");
    await initialiseMembers({ layout, ports, environment, signal });
  }
  const within = signal === undefined ? {} : { signal };
  const run: Testbed["run"] = (command, runOptions = {}) => {
    const member = layout.members.find(({ name }) => name === runOptions.member);
    const own = member === undefined ? {} : { [names.directoryVariable]: member.directory };
    return runInside(layout.directory, { ...environment, ...own }, command, runOptions);
  };
  if (isInitialised) {
    step("import the image");
    await run([names.client, "image", "import", images.tiny.unified ?? "", "--alias", "tiny", "--quiet"], within);
  }

  const described = await Promise.all(layout.members.map((member) => describeMember(ports, member, signal)));
  const [first] = described;
  if (first === undefined) throw new RangeError("a test bed has at least one member");
  writeAuthorities(layout, host, described);
  return {
    flavour: layout.flavour,
    version: first.version,
    directory: layout.directory,
    members: described.map(({ version: _version, ...member }) => member),
    socketPath: first.socketPath,
    httpsUrl: first.httpsUrl,
    serverCertificate: first.serverCertificate,
    simplestreams: {
      url: host.url,
      certificate: host.certificate,
      certificateFile: layout.streamsCertificate,
      host,
    },
    images,
    environment,
    trust: (certificate, trustOptions) => trustCertificate(first.socketPath, certificate, trustOptions),
    run,
    killMember: (of) => killServer(layout, environment, of),
    startMember: (of) => startServer(layout, environment, { ...of, timeoutMs }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Closes in the opposite order of opening, all of it even when something fails, and then reports the first failure. */
async function closeAll(opened: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const close of opened.toReversed()) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
