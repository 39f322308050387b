import { Command, Option } from "@commander-js/extra-typings";
import { apiCommand } from "./command-line/api.ts";
import type { CommandContext } from "./command-line/command-context.ts";
import { deleteCommand } from "./command-line/delete.ts";
import { demoCommand } from "./command-line/demo.ts";
import { doctorCommand } from "./command-line/doctor.ts";
import { execCommand } from "./command-line/exec.ts";
import { fakeCommand } from "./command-line/fake.ts";
import { imageCommand } from "./command-line/image.ts";
import { initCommand } from "./command-line/init.ts";
import { launchCommand } from "./command-line/launch.ts";
import { listCommand } from "./command-line/list.ts";
import { machineCommand } from "./command-line/machine.ts";
import { pullCommand } from "./command-line/pull.ts";
import { pushCommand } from "./command-line/push.ts";
import { remoteCommand } from "./command-line/remote.ts";
import { waitCommand } from "./command-line/wait.ts";

/** Gives the signal that ends the work; asked for only once a command runs. */
export type SignalSource = () => AbortSignal;

const exitCodes = `
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 name taken or changed meanwhile, 5 not in the right state,
6 server unreachable, 7 permission refused, 124 timed out, 130 interrupted.

The server is found by --remote or --socket, else by LXD_DIR, LXD_SOCKET, INCUS_DIR, INCUS_SOCKET, else in the usual
places. A host's own certificate authority is named in NODE_EXTRA_CA_CERTS.`;

/** The program with its commands; what a command does is read when it runs. */
export function createProgram(version: string, signal: SignalSource) {
  const program = new Command("lxdkit")
    .description("Launches, lists and deletes containers of LXD and Incus, runs commands in them and copies files.")
    .version(version, "-V, --version", "print the version")
    .addOption(new Option("--remote <name>", "server that is known by this name").env("LXDKIT_REMOTE"))
    .addOption(new Option("--socket <path>", "unix socket of the server").conflicts("remote"))
    .option("--project <name>", "project to work in")
    .option("--debug", "print more about errors")
    .showSuggestionAfterError()
    .showHelpAfterError("(lxdkit --help shows how to use it)")
    .addHelpText("after", exitCodes);
  const context: CommandContext = { signal, server: () => program.opts() };
  for (const define of [
    launchCommand,
    waitCommand,
    listCommand,
    deleteCommand,
    execCommand,
    pushCommand,
    pullCommand,
    imageCommand,
    machineCommand,
    remoteCommand,
    initCommand,
    doctorCommand,
    apiCommand,
    fakeCommand,
    demoCommand,
  ]) {
    program.addCommand(define(context));
  }
  return program;
}
