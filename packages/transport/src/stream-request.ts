import { Readable } from "node:stream";
import type { RequestOptions, StreamedResponse } from "./connection.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import type { HttpTarget } from "./http-target.ts";
import { limitIdle } from "./idle-limit.ts";
import { refusal } from "./read-answer.ts";
import { readText } from "./read-text.ts";
import { withRetries } from "./retry.ts";
import { TransportError } from "./transport-error.ts";

/** How much of an answer is read ahead of its reader. */
const bufferedBytes = 1024 * 1024;

/** Sends a request and hands its answer on as it comes. */
export async function streamRequest(target: HttpTarget, options: RequestOptions): Promise<StreamedResponse> {
  const exchange = createExchange(target, options);
  try {
    const { body, ...answer } = await withRetries(target, exchange, options, () => begun(target, exchange));
    exchange.stopLimits();
    return { ...answer, body: guarded(body, exchange, target.address) };
  } catch (cause) {
    exchange.release();
    throw exchange.failure(cause);
  }
}

/** Sends it; an answer that is a refusal is read to its end. */
async function begun({ address, maxAnswerBytes }: HttpTarget, exchange: Exchange): Promise<StreamedResponse> {
  const { name: request, touch } = exchange;
  const { statusCode: status, headers, body } = await exchange.send();
  if (status < 300) return { status, headers, body };
  touch();
  const text = await readText(body, { address, request, maxBytes: maxAnswerBytes, onData: touch });
  throw refusal({ status, headers, text, request, address });
}

/** The body with the errors of the connection, ended when nothing more comes although somebody waits for it. */
function guarded(body: Readable, exchange: Exchange, address: string): Readable {
  const { idleTimeoutMs, name } = exchange;
  const idle = limitIdle(idleTimeoutMs, () => {
    const text = `the answer to ${name} stopped for ${String(idleTimeoutMs)} ms`;
    exchange.end(new TransportError(text, { code: "TIMEOUT", address, request: name }));
  });
  const out = new Readable({
    highWaterMark: bufferedBytes,
    // Called while there is room: then the server is waited for. A full buffer means that nobody reads.
    read() {
      idle.touch();
      body.resume();
    },
    destroy(error, done) {
      idle.stop();
      exchange.release();
      body.destroy();
      done(error);
    },
  });
  body.pause();
  body.on("data", (chunk: Buffer) => {
    if (out.push(chunk)) {
      idle.touch();
      return;
    }
    idle.rest();
    body.pause();
  });
  body.on("end", () => {
    idle.stop();
    out.push(null);
  });
  body.on("error", (cause) => out.destroy(exchange.failure(cause) as Error));
  // Who reads it later finds the error in it; until then it must not end the process.
  out.on("error", () => undefined);
  return out;
}
