import type { Envelope } from "@lxdkit/protocol";
import type { StreamedResponse } from "./connection.ts";
import { defaultMaxAnswerBytes } from "./http-target.ts";
import { readAnswer } from "./read-answer.ts";
import { readText } from "./read-text.ts";

/** What the errors of {@link readEnvelope} name. */
export interface ReadEnvelopeOptions {
  /** The request, for example `GET /1.0/instances/c1/files`. */
  readonly request: string;
  /** Address of the connection. */
  readonly address: string;
}

/**
 * Reads a streamed answer that is JSON after all, as a folder is where a file was asked for.
 *
 * @throws {ApiError} for an error envelope.
 * @throws {TransportError} `BAD_ANSWER`, `ANSWER_TOO_LARGE` for more than 256 MiB, and what the stream fails with.
 */
export async function readEnvelope(response: StreamedResponse, options: ReadEnvelopeOptions): Promise<Envelope> {
  const { status, headers, body } = response;
  const text = await readText(body, { ...options, maxBytes: defaultMaxAnswerBytes });
  return readAnswer({ ...options, status, headers, text });
}
