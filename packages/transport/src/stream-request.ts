import { PassThrough, type Readable } from "node:stream";
import type { RequestOptions, StreamedResponse } from "./connection.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import type { HttpTarget } from "./http-target.ts";
import { refusal } from "./read-answer.ts";
import { readText } from "./read-text.ts";
import { TransportError } from "./transport-error.ts";

/** Sends a request and hands its answer on as it comes. */
export async function streamRequest(target: HttpTarget, options: RequestOptions): Promise<StreamedResponse> {
  const exchange = createExchange(target, options);
  const { address } = target;
  const { status, headers, body, text } = await begin(exchange, address).catch((cause: unknown) => {
    exchange.release();
    throw exchange.failure(cause);
  });
  if (text === undefined) return { status, headers, body: guarded(body, exchange, address) };
  exchange.release();
  throw refusal({ status, headers, text, request: exchange.name, address });
}

/** Sends it; the text of an answer that is a refusal is read to its end. */
async function begin(exchange: Exchange, address: string) {
  const { statusCode: status, headers, body } = await exchange.send();
  const text = status >= 300 ? await readText(body, exchange, address) : undefined;
  exchange.stopTimer();
  return { status, headers, body, text };
}

/** The body with the errors of the connection, ended when nothing more comes although somebody reads. */
function guarded(body: Readable, exchange: Exchange, address: string): Readable {
  const { idleTimeoutMs, name } = exchange;
  const out = new PassThrough();
  const onIdle = (): void => {
    // Nobody reads: then it is not the server that keeps us waiting.
    if (out.writableNeedDrain) return void timer?.refresh();
    const text = `the answer to ${name} stopped for ${String(idleTimeoutMs)} ms`;
    exchange.end(new TransportError(text, { code: "TIMEOUT", address, request: name }));
  };
  const timer = idleTimeoutMs > 0 ? setTimeout(onIdle, idleTimeoutMs) : undefined;
  body.on("data", () => timer?.refresh());
  body.on("error", (cause) => out.destroy(exchange.failure(cause) as Error));
  out.on("close", () => {
    clearTimeout(timer);
    exchange.release();
    body.destroy();
  });
  return body.pipe(out);
}
