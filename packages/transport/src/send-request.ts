import type { RequestOptions, Response, ResponseHeaders } from "./connection.ts";
import { createExchange } from "./exchange.ts";
import type { HttpTarget } from "./http-target.ts";
import { readAnswer } from "./read-answer.ts";
import { readText } from "./read-text.ts";

/** Sends a request and reads the envelope of its answer. */
export async function sendRequest(target: HttpTarget, options: RequestOptions): Promise<Response> {
  const exchange = createExchange(target, options);
  let status: number;
  let headers: ResponseHeaders;
  let text: string;
  try {
    const answer = await exchange.send();
    status = answer.statusCode;
    headers = answer.headers;
    text = await readText(answer.body, exchange, target.address);
  } catch (cause) {
    throw exchange.failure(cause);
  } finally {
    exchange.release();
  }
  const envelope = readAnswer({ status, headers, text, request: exchange.name, address: target.address });
  const { etag } = headers;
  return { status, headers, etag: Array.isArray(etag) ? etag[0] : etag, envelope };
}
