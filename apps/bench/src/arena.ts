import { fileURLToPath } from "node:url";
import { type Flavour, flavourTitle } from "@lxdkit/protocol";
import { openServer } from "@lxdkit/server";
import { openTestbed } from "@lxdkit/testbed";
import { connectUnix } from "@lxdkit/transport";
import { execa } from "execa";

/** A test bed with the programs to compare. All of them run outside of the bed and reach it by its unix socket. */
export interface Arena extends AsyncDisposable {
  /** Family and version of the server. */
  readonly server: string;
  readonly flavour: Flavour;
  /** Socket of the server. */
  readonly socketPath: string;
  /** The family's own client: `lxc` or `incus`. */
  readonly client: string;
  /** Runs lxdkit; gives the seconds it took and what it printed. Rejects when it fails. */
  lxdkit(...args: readonly string[]): Promise<Run>;
  /** Runs lxdkit with more variables in its environment. */
  lxdkitWith(environment: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Run>;
  /** Runs the family's own client likewise. */
  theirs(...args: readonly string[]): Promise<Run>;
  /** Runs one of the two with its output thrown away. */
  discarding(program: "lxdkit" | "theirs", ...args: readonly string[]): Promise<Run>;
  /** Throws unless the server has that many instances, and all of them run. */
  expectRunning(count: number): Promise<void>;
}

/** One run of a program. */
export interface Run {
  readonly seconds: number;
  readonly stdout: string;
}

/** Opens a test bed of one server. */
export async function openArena(flavour: Flavour, onStep: (step: string) => void): Promise<Arena> {
  const program = fileURLToPath(import.meta.resolve("lxdkit/bin/lxdkit.js"));
  const bed = await openTestbed({ flavour, onStep });
  const own = flavour === "lxd" ? ["LXD_DIR", "LXD_CONF"] : ["INCUS_DIR", "INCUS_CONF"];
  const env = Object.fromEntries(own.map((name) => [name, bed.environment[name]]));
  const run = async (
    command: string,
    args: readonly string[],
    output: "pipe" | "ignore" = "pipe",
    more: Readonly<Record<string, string>> = {},
  ): Promise<Run> => {
    const start = performance.now();
    const { stdout = "" } = await execa(command, args, { env: { ...env, ...more }, stdin: "ignore", stdout: output });
    return { seconds: (performance.now() - start) / 1000, stdout };
  };
  const client = flavour === "lxd" ? "lxc" : "incus";
  return {
    server: `${flavourTitle(flavour)} ${bed.version}`,
    flavour,
    socketPath: bed.socketPath,
    client,
    lxdkit: (...args) => run(process.execPath, [program, ...args]),
    lxdkitWith: (environment, ...args) => run(process.execPath, [program, ...args], "pipe", environment),
    theirs: (...args) => run(client, args),
    discarding: (which, ...args) =>
      which === "lxdkit" ? run(process.execPath, [program, ...args], "ignore") : run(client, args, "ignore"),
    expectRunning: (count) => expectRunning(bed.socketPath, count),
    [Symbol.asyncDispose]: bed.close,
  };
}

async function expectRunning(socketPath: string, count: number): Promise<void> {
  const server = await openServer(connectUnix({ socketPath }));
  try {
    const instances = await server.listInstances();
    const running = instances.filter(({ status }) => status === "Running").length;
    if (instances.length !== count || running !== count) {
      throw new Error(
        `there should be ${String(count)} running instances; there are ${String(instances.length)}, ` +
          `${String(running)} of them running`,
      );
    }
  } finally {
    await server.close();
  }
}
