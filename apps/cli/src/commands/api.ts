import { readFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { text } from "node:stream/consumers";
import { LxdkitError } from "@lxdkit/protocol";
import { connect, type ServerOptions } from "../connect.ts";

/** Options of `lxdkit api`. */
export interface ApiOptions extends ServerOptions {
  readonly data?: string | undefined;
  readonly wait?: true | undefined;
  readonly raw?: true | undefined;
  readonly requires?: string | undefined;
}

type Method = "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE" | "OPTIONS";

/** Sends one request and prints its answer. */
export async function api(method: Method, path: string, options: ApiOptions, signal: AbortSignal): Promise<void> {
  const body = options.data === undefined ? undefined : parse(await load(options.data));
  const server = await connect(options, signal);
  try {
    const { requires } = options;
    const answer = await server.client.api(method, path, { body, requires, signal });
    if (answer.kind === "stream") {
      // The reader may go away (`| head`); what was asked for is done all the same.
      await pipeline(answer.body, process.stdout, { end: false, signal });
      return;
    }
    if (options.wait === true && answer.handle !== undefined) {
      print(await answer.handle.wait({ signal }));
      return;
    }
    print(options.raw === true ? answer.envelope : answer.envelope.metadata);
  } finally {
    await server.close();
  }
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value ?? null, undefined, process.stdout.isTTY ? 2 : undefined)}\n`);
}

/** The text of `--data`: itself, a file's or the standard input's. */
async function load(data: string): Promise<string> {
  if (data === "-") return text(process.stdin);
  return data.startsWith("@") ? readFile(data.slice(1), "utf8") : data;
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch (cause) {
    // The text is not shown: it may hold a secret.
    throw new LxdkitError("the text of --data is not JSON", { code: "BAD_ARGUMENT", cause: describeOnly(cause) });
  }
}

function describeOnly(cause: unknown): Error {
  const position = /position \d+/.exec(cause instanceof Error ? cause.message : "")?.[0];
  return new Error(position === undefined ? "unexpected end" : `unexpected character at ${position}`);
}
