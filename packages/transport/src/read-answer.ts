import { type Envelope, envelopeSchema, type LxdkitError } from "@lxdkit/protocol";
import { ApiError } from "./api-error.ts";
import type { ResponseHeaders } from "./connection.ts";
import { retryAfterMs } from "./retry-after.ts";
import { TransportError } from "./transport-error.ts";

/** An HTTP answer before its body was understood. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly text: string;
  readonly request: string;
  readonly address: string;
}

/**
 * Reads the envelope of an answer.
 *
 * @throws {ApiError} for an error envelope, whatever the HTTP status says, and for a failed status without one.
 * @throws {TransportError} `BAD_ANSWER` when a successful answer is not an envelope, `REDIRECTED` for a redirection.
 */
export function readAnswer(answer: RawAnswer): Envelope {
  const envelope = parseEnvelope(answer.text);
  if (envelope === undefined || envelope.type === "error" || answer.status >= 300) throw refusal(answer, envelope);
  return envelope;
}

/** What is wrong with an answer that should have been another. */
export function refusal(answer: RawAnswer, envelope: Envelope | undefined = parseEnvelope(answer.text)): LxdkitError {
  const { status, headers, text, request, address } = answer;
  const where = { request, address, retryAfterMs: retryAfterMs(headers) };
  if (envelope?.type === "error") {
    return new ApiError({ status: envelope.error_code || status, serverMessage: envelope.error, ...where });
  }
  if (status >= 400) return new ApiError({ status, serverMessage: text.slice(0, 200).trim(), ...where });
  if (status >= 300) {
    // Following it could carry a request, and with it a certificate, to a server that nobody chose.
    return new TransportError(
      `${request}: the server sends us to ${JSON.stringify(headers["location"] ?? "nowhere")}`,
      {
        code: "REDIRECTED",
        request,
        address,
        hint: "Use the address of the server itself.",
      },
    );
  }
  return new TransportError(
    `${request}: the answer is not one of LXD or Incus: ${JSON.stringify(text.slice(0, 100))}`,
    {
      code: "BAD_ANSWER",
      request,
      address,
      hint: "Check that this is the address of LXD or Incus.",
    },
  );
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    return envelopeSchema.parse(JSON.parse(text));
  } catch {
    // The caller reports what it got instead.
    return undefined;
  }
}
