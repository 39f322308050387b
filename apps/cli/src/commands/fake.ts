import { once } from "node:events";
import { join } from "node:path";
import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import type { FakeServer, FakeSnapshot } from "@lxdkit/testing";
import { type FakeFolder, openFakeFolder } from "../fake/fake-folder.ts";
import { removeDeadSocket } from "../fake/remove-dead-socket.ts";
import { readStateFile, writeStateFile } from "../fake/state-file.ts";

/** Options of `lxdkit fake`. */
export interface FakeOptions {
  readonly dir: string;
  readonly https?: { readonly host: string; readonly port: number } | undefined;
  readonly flavour?: Flavour | undefined;
  readonly members?: readonly string[] | undefined;
  readonly instances?: number | undefined;
  readonly state?: string | undefined;
}

/** Runs a fake server until the signal is aborted, and tells where it is once it listens. */
export async function fake(options: FakeOptions, signal: AbortSignal): Promise<void> {
  const state = options.state === undefined ? undefined : await readStateFile(options.state);
  checkFlavour(options, state);
  const folder = await openFakeFolder(options.dir);
  try {
    await removeDeadSocket(join(folder.path, "unix.socket"));
    const server = await start(options, folder, state);
    try {
      const certificate = await folder.write("server.crt", await server.certificate());
      const told = { socket: server.socketPath, url: server.httpsUrl ?? null, certificate };
      process.stdout.write(`${JSON.stringify(told)}\n`);
      if (!signal.aborted) await once(signal, "abort");
      if (options.state !== undefined) await writeStateFile(options.state, server.save());
    } finally {
      await server.close();
    }
  } finally {
    await folder.remove();
  }
}

async function start(
  { flavour, https, members, instances = 0 }: FakeOptions,
  folder: FakeFolder,
  state: FakeSnapshot | undefined,
): Promise<FakeServer> {
  // It may run for long, and nobody looks at its log.
  const { startFakeServer, withInstance } = await import("@lxdkit/testing");
  const where = { directory: folder.path, loggedRequests: 0, ...(https === undefined ? {} : { https }) };
  if (state !== undefined) return startFakeServer({ ...where, state });
  const names = Array.from({ length: instances }, (_, index) => `c${String(index + 1)}`);
  return startFakeServer({
    ...where,
    ...(flavour === undefined ? {} : { flavour }),
    ...(members === undefined ? {} : { members }),
    images: [{ aliases: ["jammy"] }],
    setup: names.map((name) => withInstance({ name, status: "Running", image: "jammy" })),
  });
}

function checkFlavour({ flavour, state: file }: FakeOptions, state: FakeSnapshot | undefined): void {
  if (state === undefined || flavour === undefined || state.flavour === flavour) return;
  throw new LxdkitError(`the state in ${String(file)} is that of a fake of the flavour ${state.flavour}`, {
    code: "BAD_STATE_FILE",
    hint: "Leave --flavour out, or name another file.",
  });
}
