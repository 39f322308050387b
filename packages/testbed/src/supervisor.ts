import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { LxdkitError } from "@lxdkit/protocol";
import { libexec } from "./bed-folder.ts";
import { pause } from "./pause.ts";

/** The process outside of a bed that keeps it alive and removes it. */
export interface Supervisor {
  readonly pid: number;
  /** Resolves when the bed's folder is there, to be filled. */
  prepared(signal?: AbortSignal): Promise<void>;
  /** Starts the bed; resolves when every member's namespaces are there and its programs are started. */
  start(signal?: AbortSignal): Promise<void>;
  /** Ends everything inside, removes it, and resolves when nothing is left. May be called more than once. */
  close(): Promise<void>;
}

/**
 * Starts the supervisor of a bed.
 *
 * It has a session of its own, so that a Ctrl-C meant for this process does not reach it, and a pipe from this
 * process as standard input: when this process ends in whatever way, the pipe ends, and the supervisor cleans up.
 */
export function startSupervisor(directory: string, members: readonly string[]): Supervisor {
  const child = spawn(join(libexec, "supervise.sh"), [directory, ...members], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: process.env["PATH"], LANG: "C.UTF-8" },
  });
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => {
      resolve();
    });
    child.once("exit", () => {
      resolve();
    });
  });
  // Neither the process nor its pipe keeps this program alive: a program that ends without closing is a crash.
  child.unref();
  (child.stdin as Socket | null)?.unref();
  child.stdin?.on("error", () => undefined);
  return {
    pid: child.pid ?? 0,
    prepared: (signal) => waitForFiles(directory, ["supervisor"], child, signal),
    start: (signal) => {
      child.stdin?.write("start\n");
      return waitForFiles(
        directory,
        members.map((member) => `${member}.pid`),
        child,
        signal,
      );
    },
    close: async () => {
      child.ref();
      child.stdin?.end();
      await ended;
    },
  };
}

async function waitForFiles(
  directory: string,
  files: readonly string[],
  child: ChildProcess,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + 30_000;
  const isThere = (file: string): boolean => existsSync(join(directory, file));
  while (!files.every(isThere)) {
    if (isThere("failed")) throw failed(readFileSync(join(directory, "failed"), "utf8").trim());
    if (child.exitCode !== null || child.pid === undefined) throw failed("its supervisor ended at once");
    if (Date.now() > deadline) throw failed(`${files.join(", ")} did not appear within 30 s`);
    await pause(10, signal);
  }
}

function failed(reason: string): LxdkitError {
  return new LxdkitError(`The namespaces of the test bed could not be made: ${reason}.`, {
    code: "TESTBED_UNSUPPORTED",
    hint: "In a container, the container must be privileged.",
  });
}
