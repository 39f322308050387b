import type { RequestOptions, Response } from "./connection.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import type { HttpTarget } from "./http-target.ts";
import { readAnswer } from "./read-answer.ts";
import { readText } from "./read-text.ts";
import { withRetries } from "./retry.ts";

/** Sends a request and reads the envelope of its answer. */
export async function sendRequest(target: HttpTarget, options: RequestOptions): Promise<Response> {
  const exchange = createExchange(target, options);
  try {
    return await withRetries(target, exchange, options, () => exchanged(target, exchange));
  } catch (cause) {
    throw exchange.failure(cause);
  } finally {
    exchange.release();
  }
}

async function exchanged({ address, maxAnswerBytes }: HttpTarget, exchange: Exchange): Promise<Response> {
  const { name: request, touch } = exchange;
  const { statusCode: status, headers, body } = await exchange.send();
  touch();
  const text = await readText(body, { address, request, maxBytes: maxAnswerBytes, onData: touch });
  const envelope = readAnswer({ status, headers, text, request, address });
  const { etag } = headers;
  return { status, headers, etag: Array.isArray(etag) ? etag[0] : etag, envelope };
}
