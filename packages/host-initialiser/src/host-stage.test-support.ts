import {
  createFakeHost,
  createFakeRunner,
  type FakeHost,
  type FakeHostOptions,
  type FakeRunner,
  type FakeServer,
  type FakeSnapd,
} from "@lxdkit/testing";
import type { HostAccess } from "./host/host-access.ts";

/** A host of fakes. */
export interface HostStage {
  readonly access: HostAccess;
  readonly files: FakeHost;
  readonly runner: FakeRunner;
  /** Milliseconds of each pause so far. */
  readonly pauses: readonly number[];
}

/** Options of {@link hostStage}. */
export interface HostStageOptions extends FakeHostOptions {
  readonly server?: FakeServer | undefined;
  readonly snapd?: FakeSnapd | undefined;
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Numbers that are drawn first, then zeros. */
  readonly drawn?: readonly number[] | undefined;
  /** What an `apt-cache policy` says can be installed. */
  readonly candidates?: Readonly<Record<string, string>> | undefined;
}

const debian = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n';

/** Puts a host together: a Debian 12 with `apt`, unless its files say otherwise. */
export function hostStage(options: HostStageOptions = {}): HostStage {
  const { server, snapd, environment = {}, drawn = [], candidates = { lxd: "5.0.2-5" }, ...host } = options;
  const files = createFakeHost({
    ...host,
    files: { "/etc/os-release": debian, "/usr/bin/apt-get": "", ...host.files },
  });
  const runner = createFakeRunner({
    replies: { "systemd-detect-virt --container": { exitCode: 1, stdout: "none\n" } },
  });
  runner.on(/^dpkg-query /, { exitCode: 1 });
  const policy = Object.entries(candidates).map(
    ([name, version]) => `${name}:\n  Installed: (none)\n  Candidate: ${version}\n`,
  );
  runner.on(/^apt-cache /, { stdout: policy.join("") });
  const numbers = [...drawn];
  const pauses: number[] = [];
  return {
    files,
    runner,
    pauses,
    access: {
      run: runner.run,
      readFile: files.readFile,
      replaceFile: files.writeFile,
      exists: files.exists,
      networkInterfaces: files.networkInterfaces,
      // Nothing of the machine that runs the test may be found.
      environment: { LXD_DIR: "/nowhere", INCUS_DIR: "/nowhere", ...environment },
      snapdSocket: snapd?.socketPath ?? "/nowhere/snapd.socket",
      socketPath: server?.socketPath,
      platform: "linux",
      async sleep(ms, signal) {
        signal?.throwIfAborted();
        pauses.push(ms);
        // Lets what is waited for go on.
        await new Promise((resolve) => setImmediate(resolve));
      },
      random: () => numbers.shift() ?? 0,
    },
  };
}

/** `/etc/os-release` of an Ubuntu. */
export function ubuntu(codename: string): Readonly<Record<string, string>> {
  return { "/etc/os-release": `ID=ubuntu\nVERSION_CODENAME=${codename}\n` };
}
