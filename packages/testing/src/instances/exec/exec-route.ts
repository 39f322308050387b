import { Readable, Writable } from "node:stream";
import { sortedMap } from "../../core/etag.ts";
import type { FakeState } from "../../core/fake-state.ts";
import { OperationFailure } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest, Caller, Route } from "../../core/router.ts";
import { tellInstance } from "../../events/lifecycle-event.ts";
import type { OperationRequest, OperationRun } from "../../operations/operation-store.ts";
import { filesOf } from "../files/instance-files.ts";
import { instanceResources } from "../instance-url.ts";
import { type LogFile, openExecLog } from "../logs/log-files.ts";
import { createExecSockets, type ExecSockets } from "./exec-sockets.ts";
import { type ExecRequest, readExec } from "./exec-request.ts";
import { builtIns } from "./built-ins.ts";
import { isDeadly, Killed, notExecutable, notFound } from "./exit-status.ts";
import { createProcessTable } from "./processes.ts";
import { type ProgramSpec, runProgram } from "./run-program.ts";

/** `/1.0/instances/{name}/exec`. */
export const execRoute: Route = { pattern: "/1.0/instances/{name}/exec", methods: { POST: post } };

function post(request: ApiRequest): ApiReply {
  const exec = readExec(request);
  const { state, caller } = request;
  const controller = new AbortController();
  const handlers = new Map<number, () => void>();
  const kill = (signal: number): void => {
    const handle = handlers.get(signal);
    if (handle !== undefined) handle();
    else if (isDeadly(signal)) controller.abort(new Killed(signal));
  };
  const onSignal: ProgramSpec["onSignal"] = (signal, handle) => {
    if (handle === undefined) handlers.delete(signal);
    else if (signal !== 9) handlers.set(signal, handle);
  };
  const { instance, hasSockets } = exec;
  // Whoever stops the instance kills all that is in it.
  void state.running.get(instance)?.off.then(() => kill(9));
  const job = { state, exec, caller, onSignal, signal: controller.signal };
  const work = hasSockets ? withSockets(job, createExecSockets(state, exec, kill)) : withoutSockets(job);
  const base = {
    description: "Executing command",
    project: instance.project,
    resources: resourcesOf(state, exec),
  };
  return { kind: "operation", operation: state.operations.start({ ...base, ...work }) };
}

/** Without websockets Incus tells a container too, by a path that it does not have. */
function resourcesOf(
  state: FakeState,
  { instance, hasSockets }: ExecRequest,
): NonNullable<OperationRequest["resources"]> {
  const resources = instanceResources(state, instance);
  const { instances = [] } = resources;
  return state.flavour === "lxd" || hasSockets ? resources : { containers: instances, instances };
}

interface Job {
  readonly state: FakeState;
  readonly exec: ExecRequest;
  readonly caller: Caller;
  readonly onSignal: ProgramSpec["onSignal"];
  readonly signal: AbortSignal;
}

type Work = Pick<OperationRequest, "work" | "metadata" | "connect" | "afterEnd">;

function withSockets(job: Job, sockets: ExecSockets): Work {
  const { command, isInteractive, environment } = job.exec;
  const { slots } = sockets;
  const metadata = {
    command,
    environment: sortedMap(environment),
    fds: sortedMap(slots.secrets),
    interactive: isInteractive,
  };
  return {
    metadata,
    connect: slots.connect,
    async work(run) {
      await sockets.ready();
      const status = await runCommand(job, sockets);
      run.update({ ...metadata, return: status });
      await sockets.finish();
      checkStatus(status);
    },
    afterEnd: () => slots.cut(),
  };
}

function withoutSockets(job: Job): Work {
  const { state, exec } = job;
  return {
    async work(run: OperationRun) {
      await Promise.resolve();
      const record = (name: string): LogFile | undefined =>
        exec.isRecorded ? openExecLog(state, exec.instance, `exec_${run.id}.${name}`) : undefined;
      const [stdout, stderr] = [record("stdout"), record("stderr")];
      const status = await runCommand(job, { stdin: Readable.from([]), stdout: sink(stdout), stderr: sink(stderr) });
      const output = stdout && stderr && { output: { "1": stdout.url, "2": stderr.url } };
      run.update({ ...output, return: status });
      checkStatus(status);
    },
  };
}

/** Keeps what is written in a log file, or throws it away. */
function sink(file: LogFile | undefined): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      file?.append(chunk);
      done();
    },
  });
}

/** Runs the command; its status is told, whatever it is. */
async function runCommand(
  { state, exec, caller, onSignal, signal }: Job,
  streams: Pick<ProgramSpec, "stdin" | "stdout" | "stderr"> & Partial<Pick<ProgramSpec, "terminal">>,
): Promise<number> {
  const { instance, command } = exec;
  if (command.length === 0) throw new OperationFailure("Failed to retrieve PID of executing child process");
  const files = filesOf(state, instance, exec);
  const { PATH = "", ...rest } = exec.environment;
  const started = runProgram({
    ...{ command, files, signal, onSignal, uid: exec.uid, gid: exec.gid },
    processes: state.running.get(instance)?.processes ?? createProcessTable(),
    ...{ programs: builtIns, commands: state.commands, clock: state.clock, terminal: streams.terminal },
    ...{ stdin: streams.stdin, stdout: streams.stdout, stderr: streams.stderr },
    // A directory that is not there is no reason to fail.
    directory: files.stat(exec.directory)?.type === "directory" ? exec.directory : "/",
    environment: { PATH, container: "lxc", ...rest },
    instance: { name: instance.name, project: instance.project },
  });
  tellInstance(state, instance, "instance-exec", {
    context: { command },
    caller: state.flavour === "incus" ? caller : undefined,
  });
  const status = await started;
  await Promise.all([flushed(streams.stdout), flushed(streams.stderr)]);
  return status;
}

/** Waits until all that was written has gone out. */
function flushed(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0 || stream.destroyed) resolve();
    else stream.write("", () => resolve());
  });
}

/** Two statuses mean that there was no command at all; the servers believe them from a command, too. */
function checkStatus(status: number): void {
  if (status === notExecutable) throw new OperationFailure("Command not executable", 400);
  if (status === notFound) throw new OperationFailure("Command not found", 400);
}
