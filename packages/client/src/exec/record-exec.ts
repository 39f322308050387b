import type { Readable } from "node:stream";
import { LxdkitError, type Operation } from "@lxdkit/protocol";
import * as z from "zod";
import { change, readStream } from "../call.ts";
import type { CallOptions } from "../call-options.ts";
import type { ClientContext } from "../client-context.ts";
import { OperationError } from "../operation-error.ts";
import { ProtocolError } from "../protocol-error.ts";
import { execBody, type ExecOptions } from "./exec-options.ts";
import { type ExecExit, waitForExit } from "./exit-status.ts";
import { startExec } from "./open-exec.ts";

/** Options of {@link ExecApi.record}. */
export interface RecordExecOptions extends ExecOptions {
  /** Milliseconds for which the server may be away, restarting for example; 60,000 by default. */
  readonly lostTimeoutMs?: number | undefined;
}

/** How a command ended whose output the server keeps. */
export interface RecordedExec extends ExecExit {
  /** Reads what the server has kept of the standard output. */
  stdout(options?: CallOptions): Promise<Readable>;
  /** Reads what the server has kept of the standard error. */
  stderr(options?: CallOptions): Promise<Readable>;
  /** Deletes what the server has kept; it stays with the logs of the instance otherwise. */
  delete(options?: CallOptions): Promise<void>;
}

const outputSchema = z.object({ "1": z.string(), "2": z.string() });

/** Runs a command without sockets, its output kept by the server. See {@link ExecApi.record}. */
export async function recordExec(
  context: ClientContext,
  name: string,
  command: readonly string[],
  options: RecordExecOptions,
): Promise<RecordedExec> {
  const { signal, lostTimeoutMs, project } = options;
  const body = {
    ...execBody(command, options),
    "wait-for-websocket": false,
    interactive: false,
    "record-output": true,
  };
  const handle = await startExec(context, name, body, options);
  let ended: Operation | undefined;
  const end = handle.wait({ signal, lostTimeoutMs }).then(
    (operation) => (ended = operation),
    (error: unknown) => {
      if (error instanceof OperationError) ended = error.operation;
      throw error;
    },
  );
  const exit = await waitForExit(end);
  const output = outputSchema.safeParse(ended?.metadata["output"]);
  if (!output.success) throw new ProtocolError("POST /1.0/instances/{name}/exec", output.error);
  const logs = { stdout: logOf(output.data["1"]), stderr: logOf(output.data["2"]) };
  const open = async ({ file, isApart }: ExecLog, more: CallOptions = {}): Promise<Readable> => {
    const input = { project, ...more, path: { name, file } };
    const { body: stream } = isApart
      ? await readStream(context, "GET /1.0/instances/{name}/logs/exec-output/{file}", input)
      : await readStream(context, "GET /1.0/instances/{name}/logs/{file}", input);
    return stream;
  };
  const remove = async ({ file, isApart }: ExecLog, more: CallOptions): Promise<void> => {
    const input = { project, ...more, path: { name, file } };
    if (isApart) await change(context, "DELETE /1.0/instances/{name}/logs/exec-output/{file}", input);
    else await change(context, "DELETE /1.0/instances/{name}/logs/{file}", input);
  };
  return {
    ...exit,
    stdout: (more) => open(logs.stdout, more),
    stderr: (more) => open(logs.stderr, more),
    async delete(more = {}) {
      await Promise.all(Object.values(logs).map((log) => remove(log, more)));
    },
  };
}

interface ExecLog {
  readonly file: string;
  /** In the folder `exec-output` of the logs, as Incus and newer LXD do it. */
  readonly isApart: boolean;
}

/** Finds the file in the URL that the server gives. */
function logOf(url: string): ExecLog {
  const found = /\/logs\/(exec-output\/)?([^/?]+)(\?|$)/.exec(url);
  if (found?.[2] !== undefined) return { file: decodeURIComponent(found[2]), isApart: found[1] !== undefined };
  throw new LxdkitError("the server keeps the output of the command at an unknown place", { code: "BAD_METADATA" });
}
