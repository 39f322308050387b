import { request as httpRequest } from "node:http";
import { json } from "node:stream/consumers";
import { type Instance, type InstanceState, type InstanceStatePut, LxdkitError } from "@lxdkit/protocol";
import type { Testbed } from "@lxdkit/testbed";
import type { Client } from "../client.ts";
import type { OperationHandle } from "../operation-handle.ts";

/** The image whose unpacking takes a while: the small one and a file of noise. */
const noiseMiB = 40;
const makeBigImage = `cd "$BED" && mkdir big && tar -xzf "$1" -C big &&
head -c ${String(noiseMiB)}M /dev/urandom >big/rootfs/noise && tar -I "gzip -1" -cf big.tar.gz -C big . &&
"$2" image import big.tar.gz --alias big --quiet && "$2" init big reference --quiet && rm -r big big.tar.gz`;

/** Lists the files below a folder, their sizes, and what is in the noise. */
const listFiles = `cd "$1" && find . -printf '%P %s %y\\n' | sort && sha256sum noise`;

/** How a wait ended and what came of the change. */
export interface SettledChange {
  readonly kind: string;
  readonly name: string;
  /** `done`, or the code of the error. */
  readonly outcome: string;
  /** Whether the effect is there and complete, by a reading of its own. */
  readonly isThere: boolean;
}

/** What one crash did. */
export interface CrashReport {
  readonly changes: readonly SettledChange[];
  /** How many waits had ended before the server was killed. */
  readonly endedBefore: number;
  /** Requests that the crash left without an answer; nothing is waited for there. */
  readonly unanswered: number;
  /** Number of the first process of a container that had nothing to do with it, before and after. */
  readonly bystander: readonly [before: number, during: number, after: number];
}

/** Options of {@link crashAmidChanges}. */
export interface CrashOptions {
  /** Begins all names. */
  readonly prefix: string;
  /** How many changes of each kind. */
  readonly each: number;
  /** Asked after each answer and each end whether the server is to be killed. */
  readonly killWhen: (progress: { readonly answered: number; readonly ended: number; readonly all: number }) => boolean;
}

interface Kind {
  /** Brings the instance to where the change begins. */
  prepare?(name: string): Promise<unknown>;
  begin(name: string): Promise<OperationHandle>;
  /** Says from what the server tells afterwards whether the change was made. */
  isThere(name: string): Promise<boolean>;
}

/** The kind whose outcome cannot be told: a snapshot that was cut short looks like one that was made. */
export const untoldKind = "snapshot";

/** Imports the image that {@link crashAmidChanges} needs, and makes an instance of it to compare with. */
export async function importBigImage(bed: Testbed): Promise<void> {
  const program = bed.flavour === "lxd" ? "lxc" : "incus";
  await bed.run(["bash", "-c", makeBigImage, "make", bed.images.tiny.unified ?? "", program]);
}

/** Begins changes of many kinds, kills the server amid them, starts it again and tells how the waits ended. */
export async function crashAmidChanges(
  bed: Testbed,
  client: Client,
  { prefix, each, killWhen }: CrashOptions,
): Promise<CrashReport> {
  const kinds = kindsOf(bed, client);
  const bystander = `${prefix}-bystander`;
  await launch(client, bystander);
  const names = Object.keys(kinds).flatMap((kind) =>
    Array.from({ length: each }, (_, at) => ({ kind, name: `${prefix}-${kind}-${String(at)}` })),
  );
  await Promise.all(names.map(async ({ kind, name }) => kinds[kind]?.prepare?.(name)));

  const pidOf = async (): Promise<number> =>
    ((await read(bed, `/1.0/instances/${bystander}/state`)) as InstanceState).pid;
  const before = await pidOf();
  const progress = { answered: 0, ended: 0, all: names.length };
  let unanswered = 0;
  let kill = (): void => undefined;
  const killTime = new Promise<void>((resolve) => (kill = resolve));
  const tell = (what: "answered" | "ended"): void => {
    progress[what] += 1;
    if (killWhen(progress)) kill();
  };
  const outcomes = names.map(async ({ kind, name }) => {
    const handle = await kinds[kind]?.begin(name).catch(() => undefined);
    tell("answered");
    if (handle === undefined) {
      unanswered += 1;
      return undefined;
    }
    const outcome = await handle.wait().then(() => "done", codeOf);
    tell("ended");
    return { kind, name, outcome };
  });
  await killTime;
  await bed.killMember();
  const endedBefore = progress.ended;
  const during = (await bed.run(["kill", "-0", String(before)], { allowFailure: true })).exitCode === 0 ? before : 0;
  await bed.startMember();
  const ended = (await Promise.all(outcomes)).filter((outcome) => outcome !== undefined);
  const changes: SettledChange[] = [];
  for (const change of ended) {
    changes.push({ ...change, isThere: (await kinds[change.kind]?.isThere(change.name)) === true });
  }
  return { changes, endedBefore, unanswered, bystander: [before, during, await pidOf()] };
}

function codeOf(error: unknown): string {
  return LxdkitError.is(error) ? error.code : String(error);
}

function kindsOf(bed: Testbed, client: Client): Readonly<Record<string, Kind>> {
  const { instances } = client;
  const setState = (action: InstanceStatePut["action"], force = false) => {
    return (name: string) => instances.setState(name, { action, timeout: 5, force, stateful: false });
  };
  const make = (name: string) => create(client, name, "tiny");
  const run = (name: string) => launch(client, name);
  const has = (status: string) => async (name: string) => (await instanceOf(bed, name))?.status === status;
  const pids = new Map<string, number>();
  const pidOf = async (name: string): Promise<number> =>
    ((await read(bed, `/1.0/instances/${name}/state`)) as InstanceState).pid;
  return {
    create: {
      begin: (name) => instances.create({ name, source: { type: "image", alias: "big" } }),
      isThere: (name) => isComplete(bed, name),
    },
    copy: {
      prepare: (name) => create(client, `${name}-from`, "big"),
      begin: (name) =>
        instances.create({ name, source: { type: "copy", source: `${name}-from` }, profiles: ["default"] }),
      isThere: (name) => isComplete(bed, name),
    },
    delete: {
      prepare: make,
      begin: (name) => instances.delete(name),
      isThere: async (name) => (await instanceOf(bed, name)) === undefined,
    },
    start: { prepare: make, begin: setState("start"), isThere: has("Running") },
    stop: { prepare: run, begin: setState("stop"), isThere: has("Stopped") },
    kill: { prepare: run, begin: setState("stop", true), isThere: has("Stopped") },
    restart: {
      async prepare(name) {
        await run(name);
        pids.set(name, await pidOf(name));
      },
      begin: setState("restart"),
      isThere: async (name) => (await has("Running")(name)) && (await pidOf(name)) !== pids.get(name),
    },
    freeze: { prepare: run, begin: setState("freeze"), isThere: has("Frozen") },
    unfreeze: {
      async prepare(name) {
        await run(name);
        await (await setState("freeze")(name)).wait();
      },
      begin: setState("unfreeze"),
      isThere: has("Running"),
    },
    [untoldKind]: {
      prepare: run,
      async begin(name) {
        const answer = await client.api("POST", `/1.0/instances/${name}/snapshots`, { body: { name: "s" } });
        if (answer.kind !== "json" || answer.handle === undefined) throw new Error("no operation");
        return answer.handle;
      },
      isThere: async (name) => (await read(bed, `/1.0/instances/${name}/snapshots/s`)) !== undefined,
    },
  };
}

async function create(client: Client, name: string, alias: string): Promise<void> {
  await (await client.instances.create({ name, source: { type: "image", alias } })).wait();
}

async function launch(client: Client, name: string): Promise<void> {
  await create(client, name, "tiny");
  const start = { action: "start", timeout: -1, force: false, stateful: false } as const;
  await (await client.instances.setState(name, start)).wait();
}

async function instanceOf(bed: Testbed, name: string): Promise<Instance | undefined> {
  return (await read(bed, `/1.0/instances/${name}`)) as Instance | undefined;
}

/** Compares the files of an instance with those of the image. */
async function isComplete(bed: Testbed, name: string): Promise<boolean> {
  const instance = await instanceOf(bed, name);
  // Without it the server has not finished, whatever files there are.
  if (instance?.config["volatile.apply_template"] === undefined) return false;
  const list = async (folder: string): Promise<string> =>
    (await bed.run(["bash", "-c", listFiles, "list", folder])).stdout;
  const folder = `${bed.directory}/m1/storage-pools/default/containers`;
  return (await list(`${folder}/${name}/rootfs`)) === (await list(`${folder}/reference/rootfs`));
}

interface Told {
  readonly error_code?: number;
  readonly error?: string;
  readonly metadata: unknown;
}

/** Reads with Node's own HTTP client; undefined for what does not exist. */
function read(bed: Testbed, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    httpRequest({ socketPath: bed.socketPath, path, agent: false }, (answer) => {
      json(answer).then((envelope) => {
        const { error_code: code, error = "", metadata } = envelope as Told;
        if (code === 404) resolve(undefined);
        else if (error === "") resolve(metadata);
        else reject(new Error(`${path}: ${error}`));
      }, reject);
    })
      .on("error", reject)
      .end();
  });
}
