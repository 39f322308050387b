import type { FakeCommand, FakeCommands } from "./command.ts";

/** How far cloud-init is in an instance of the fake. */
export interface FakeCloudInitStatus {
  /** `running` until a test says otherwise. */
  readonly status: "running" | "done" | "error" | "disabled";
  readonly detail?: string;
  /** What failed. */
  readonly errors?: readonly string[];
  /** What it got over, by level such as `WARNING`. */
  readonly recoverable?: Readonly<Record<string, readonly string[]>>;
}

/** Options of {@link createFakeCloudInit}. */
export interface FakeCloudInitOptions {
  /** Of an instance for which nothing else was set; `{ status: "running" }` by default. */
  readonly status?: FakeCloudInitStatus;
  /** False: it knows no `--format`, as versions before 22.3. True by default. */
  readonly knowsFormat?: boolean;
}

/** The program `cloud-init` for the instances of a fake server. */
export interface FakeCloudInit {
  /** For the option `commands` of `startFakeServer`. */
  readonly commands: FakeCommands;
  /** Says how far it is in an instance; those who wait for its end there go on when it has ended. */
  set(instance: string, status: FakeCloudInitStatus): void;
}

/** Makes a {@link FakeCloudInit}. It knows `cloud-init status` with `--wait`, `--long` and `--format json`. */
export function createFakeCloudInit(options: FakeCloudInitOptions = {}): FakeCloudInit {
  const { status: usual = { status: "running" }, knowsFormat = true } = options;
  const statuses = new Map<string, FakeCloudInitStatus>();
  const waiting = new Set<() => void>();
  const statusOf = (instance: string): FakeCloudInitStatus => statuses.get(instance) ?? usual;

  const command: FakeCommand = async ({ args, instance, stdout, stderr, signal }) => {
    if (args[0] !== "status") throw new Error("the fake cloud-init knows only status");
    if (args.includes("--format") && !knowsFormat) {
      stderr.write("usage: cloud-init status [-h] [-l] [-w]\ncloud-init: error: unrecognized arguments: --format\n");
      return 2;
    }
    while (args.includes("--wait") && statusOf(instance.name).status === "running" && !signal.aborted) {
      await new Promise<void>((resolve) => {
        waiting.add(resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    const status = statusOf(instance.name);
    stdout.write(args.includes("--format") ? jsonOf(status) : textOf(status, args.includes("--long")));
    return status.status === "error" ? 1 : status.recoverable === undefined ? 0 : 2;
  };

  return {
    commands: { "cloud-init": command },
    set(instance, status) {
      statuses.set(instance, status);
      for (const wake of waiting) wake();
      waiting.clear();
    },
  };
}

function jsonOf({ status, detail = "", errors = [], recoverable = {} }: FakeCloudInitStatus): string {
  const isDegraded = Object.keys(recoverable).length > 0;
  const object = {
    boot_status_code: status === "disabled" ? "disabled-by-generator" : "enabled-by-generator",
    datasource: status === "disabled" ? "" : "lxd",
    detail,
    errors,
    extended_status: isDegraded ? `degraded ${status}` : status,
    last_update: "",
    recoverable_errors: recoverable,
    status,
  };
  return `${JSON.stringify(object, undefined, 2)}\n`;
}

function textOf({ status, detail = "", errors = [] }: FakeCloudInitStatus, isLong: boolean): string {
  if (!isLong) return `status: ${status}\n`;
  return `status: ${status}\nboot_status_code: enabled-by-generator\ndetail:\n${errors.join("\n") || detail}\n`;
}
