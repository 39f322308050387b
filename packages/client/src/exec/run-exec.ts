import type { Readable, Writable } from "node:stream";
import type { ClientContext } from "../client-context.ts";
import { SessionError } from "../session/session-error.ts";
import type { ExecOptions } from "./exec-options.ts";
import type { ExecExit } from "./exit-status.ts";
import { openExec } from "./open-exec.ts";

const defaultMaxOutputBytes = 16 * 1024 * 1024;

/** What a command reads. */
export type ExecInput = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** Options of {@link ExecApi.run}. */
export interface RunExecOptions extends ExecOptions {
  /** What the command reads; nothing by default, and never what this program itself reads. */
  readonly input?: ExecInput | undefined;
  /** How much output is kept, standard output and error together; 16 MiB by default. */
  readonly maxOutputBytes?: number | undefined;
}

/** How a command ended, and what it wrote. */
export interface ExecResult extends ExecExit {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** Runs a command to its end. See {@link ExecApi.run}. */
export async function runExec(
  context: ClientContext,
  name: string,
  command: readonly string[],
  options: RunExecOptions,
): Promise<ExecResult> {
  const { input, maxOutputBytes = defaultMaxOutputBytes, ...others } = options;
  const session = await openExec(context, name, command, others);
  const iterator =
    typeof input === "object" && Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : undefined;
  try {
    let left = maxOutputBytes;
    const take = (size: number): void => {
      left -= size;
      if (left >= 0) return;
      const text = `the command in ${name} wrote more than ${String(maxOutputBytes)} bytes`;
      throw new SessionError(text, { code: "EXEC_OUTPUT_TOO_LARGE", hint: "Allow more, or read it as a stream." });
    };
    const feeding = iterator === undefined ? feedAtOnce(session.stdin, input) : feed(session.stdin, iterator);
    // The end of the command ends the matter; only a failure of the input counts before.
    const failed = feeding.then(() => new Promise<never>(() => undefined));
    const done = Promise.all([collect(session.stdout, take), collect(session.stderr, take), session.exit]);
    const [stdout, stderr, exit] = await Promise.race([done, failed]);
    return { ...exit, stdout, stderr };
  } finally {
    // It may be in the middle of a wait of its own and is not waited for.
    void iterator?.return?.().catch(() => undefined);
    await session.close();
  }
}

async function feedAtOnce(stdin: Writable, input: ExecInput | undefined): Promise<void> {
  stdin.end(input);
}

/** Hands on what the source gives; a command that reads no further just ends it. */
async function feed(stdin: Writable, source: AsyncIterator<string | Uint8Array>): Promise<void> {
  for (;;) {
    const next = await source.next();
    if (next.done === true || stdin.destroyed) break;
    if (!stdin.write(next.value)) await drained(stdin);
  }
  stdin.end();
}

async function drained(stdin: Writable): Promise<void> {
  if (stdin.destroyed) return;
  await new Promise<void>((resolve) => {
    const go = (): void => {
      stdin.off("drain", go).off("close", go);
      resolve();
    };
    stdin.on("drain", go).on("close", go);
  });
}

async function collect(stream: Readable, take: (size: number) => void): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    take(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
