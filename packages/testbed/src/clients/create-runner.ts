import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { execa } from "execa";
import { namesOf } from "../programs.ts";

/** A server that a script runs on. */
export interface ClientTarget {
  readonly flavour: Flavour;
  readonly socketPath: string;
  /** The folder that the folders of its members are in, which it names in what it tells. */
  readonly directory: string;
  /** Its HTTPS address. */
  readonly httpsUrl: string;
}

/** What a client printed. */
export interface Printed {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface RunCommandOptions {
  /** Its input; empty by default. */
  readonly input?: string | undefined;
}

/** Milliseconds after which a command is ended, with the code -1. */
const timeout = 60_000;

/** Runs the real client of a server's family. */
export interface ClientRunner {
  run(words: readonly string[], options?: RunCommandOptions): Promise<Printed>;
  /** Runs it until it is told to end; gives each line to `onLine`. */
  listen(words: readonly string[], onLine: (line: string) => void): { end(): Promise<void> };
}

/** Makes a {@link ClientRunner}; the client works in `folder` and has its configuration there. */
export function createRunner({ flavour, socketPath }: ClientTarget, folder: string): ClientRunner {
  const { client, configVariable } = namesOf[flavour];
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    LC_ALL: "C.UTF-8",
    [`${flavour.toUpperCase()}_SOCKET`]: socketPath,
    [configVariable]: join(folder, "conf"),
  };
  const options = { cwd: folder, env, extendEnv: false, reject: false } as const;
  return {
    async run(words, { input = "" } = {}) {
      const ended = await execa(client, words, { ...options, stripFinalNewline: false, timeout, input });
      return { code: ended.exitCode ?? -1, stdout: ended.stdout, stderr: ended.stderr };
    },
    listen(words, onLine) {
      const child = execa(client, words, { ...options, stdin: "ignore" });
      const read = (async () => {
        for await (const line of child.iterable()) onLine(line);
      })();
      return {
        async end() {
          child.kill("SIGTERM");
          await Promise.allSettled([child, read]);
        },
      };
    },
  };
}
