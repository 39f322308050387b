import { certificateFingerprint } from "@lxdkit/certificates";
import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import { openServer, type Server, updateBridgeFile } from "@lxdkit/server";
import { connectUnix, requireSocket, waitReady } from "@lxdkit/transport";
import { socketOf } from "./host/detect-host.ts";
import type { HostAccess } from "./host/host-access.ts";
import { InitialiserError } from "./initialiser-error.ts";
import { createSnapd } from "./snap/snapd.ts";
import { type AppliedSteps, applySteps, type ApplyStepsOptions } from "./steps/apply-steps.ts";
import { type Performed, performOnServer } from "./steps/perform-request.ts";
import type { Action, CommandAction, FileAction, ListenAction, Step, TrustAction, WaitAction } from "./steps/step.ts";

/** Options of {@link applyHost}. */
export interface ApplyHostOptions extends ApplyStepsOptions {
  /** The family that the plan is for, on a host that has both. */
  readonly flavour?: Flavour | undefined;
}

/**
 * Does the steps of a plan on a host. Each looks first whether it is still needed. The first failure ends it: what can
 * be taken back is taken back, and what was installed stays.
 *
 * @throws {StepsFailedError} `STEP_FAILED`, which says what was done, taken back and not begun.
 */
export async function applyHost(
  host: HostAccess,
  steps: readonly Step[],
  options: ApplyHostOptions = {},
): Promise<AppliedSteps> {
  const { flavour } = options;
  let opened: Server | undefined;
  const open = async (signal: AbortSignal | undefined): Promise<Server> =>
    (opened ??= await openServer(
      connectUnix({ socketPath: host.socketPath ?? requireSocket({ environment: host.environment, flavour }) }),
      { signal },
    ));
  const reopen = async (): Promise<void> => {
    const server = opened;
    opened = undefined;
    await server?.close();
  };
  try {
    return await applySteps(
      steps,
      async ({ action }, { signal, onDetail }) => {
        // A server that is installed, refreshed or started anew is another one than before.
        if (action.kind === "command" || action.kind === "snap") await reopen();
        return perform({ host, open, onDetail }, action, signal);
      },
      options,
    );
  } finally {
    await reopen();
  }
}

interface Context {
  readonly host: HostAccess;
  open(signal: AbortSignal | undefined): Promise<Server>;
  onDetail(detail: string): void;
}

async function perform(context: Context, action: Action, signal: AbortSignal | undefined): Promise<Performed> {
  const { host, open, onDetail } = context;
  switch (action.kind) {
    case "command":
      return runCommand(context, action, signal);
    case "snap":
      return changeSnap(context, action.snap, action.body, signal);
    case "file":
      return editFile(host, action);
    case "wait":
      return waitForServer(host, action, signal);
    case "listen":
      return listen(await open(signal), action, signal);
    case "trust":
      return trust(await open(signal), action, signal);
    case "create":
    case "update":
      onDetail(action.path);
      return performOnServer(await open(signal), action, { signal });
  }
}

async function runCommand(
  { host, onDetail }: Context,
  { command, args, env = {}, retry, mayFail = false }: CommandAction,
  signal: AbortSignal | undefined,
): Promise<Performed> {
  const { attempts, pauseMs, exitCodes } = retry ?? { attempts: 1, pauseMs: 0, exitCodes: [] };
  for (let attempt = 1; ; attempt += 1) {
    const onOutput = (text: string): void => {
      const line = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
      if (line !== "") onDetail(line);
    };
    const { exitCode, stdout, stderr } = await host
      .run(command, args, { env, signal, onOutput })
      .catch((cause: unknown) => {
        signal?.throwIfAborted();
        const { code, message } = cause as NodeJS.ErrnoException;
        throw code === "ENOENT" || code === "EACCES"
          ? new InitialiserError(`${command} cannot be run: ${message}`, { code: "PROGRAM_MISSING", cause })
          : cause;
      });
    if (exitCode === 0 || mayFail) return { isChanged: true };
    if (attempt >= attempts || !exitCodes.includes(exitCode)) {
      const said = [stderr, stdout].map((text) => text.trim()).find((text) => text !== "") ?? "it said nothing";
      throw new InitialiserError(`running ${[command, ...args].join(" ")}: ${said} (exit code ${String(exitCode)})`, {
        code: "COMMAND_FAILED",
        hint: /permission denied|are you root/i.test(said) ? "Run this as root." : undefined,
      });
    }
    await host.sleep(pauseMs, signal);
  }
}

async function changeSnap(
  { host, onDetail }: Context,
  snap: string,
  body: { readonly action: "install" | "refresh"; readonly channel: string },
  signal: AbortSignal | undefined,
): Promise<Performed> {
  const snapd = createSnapd(host);
  // Somebody else may have been faster, or an earlier attempt whose answer was lost.
  const present = await snapd.find(snap, { signal });
  if (body.action === "install" && present !== undefined) return { isChanged: false };
  await snapd.change(snap, body, { signal, onProgress: onDetail });
  return { isChanged: true };
}

async function editFile(host: HostAccess, { path, values }: FileAction): Promise<Performed> {
  const { readFile, replaceFile } = host;
  const before = await readFile(path).catch(() => undefined);
  const isChanged = await updateBridgeFile(path, values, { readFile, replaceFile });
  const undo = before === undefined ? undefined : (): Promise<void> => replaceFile(path, before);
  return { isChanged, undo };
}

/** The socket of a server that starts appears some time after its process. */
async function waitForServer(
  host: HostAccess,
  { flavour, timeoutMs }: WaitAction,
  signal: AbortSignal | undefined,
): Promise<Performed> {
  const lookMs = 100;
  let socketPath = socketOf(host, flavour);
  let left = timeoutMs;
  for (; socketPath === undefined && left > 0; left -= lookMs) {
    await host.sleep(lookMs, signal);
    socketPath = socketOf(host, flavour);
  }
  socketPath ??= requireSocket({ environment: host.environment, flavour });
  const connection = connectUnix({ socketPath });
  try {
    await waitReady(connection, { signal, timeoutMs: Math.max(left, lookMs) });
  } finally {
    await connection.close();
  }
  return { isChanged: false };
}

async function listen(server: Server, { address }: ListenAction, signal: AbortSignal | undefined): Promise<Performed> {
  const { isChanged } = await server.enableHttpsListener({ address, signal });
  const undo = async (): Promise<void> => {
    const { value } = await server.client.getServer();
    if (value.config["core.https_address"] === address) await server.updateServerConfig({ "core.https_address": "" });
  };
  return { isChanged, undo };
}

async function trust(
  server: Server,
  { name, certificate }: TrustAction,
  signal: AbortSignal | undefined,
): Promise<Performed> {
  const body = { type: "client", name, certificate: derOf(certificate) } as const;
  try {
    await server.client.certificates.create(body, { signal });
  } catch (error) {
    if (LxdkitError.is(error) && error.code === "CONFLICT") return { isChanged: false };
    throw error;
  }
  return { isChanged: true, undo: () => server.client.certificates.delete(certificateFingerprint(certificate)) };
}

/** The server takes the lines between those of PEM. */
function derOf(pem: string): string {
  return pem.replace(/-----[A-Z ]+-----/g, "").replaceAll(/\s/g, "");
}
