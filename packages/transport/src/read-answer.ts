import { type Envelope, envelopeSchema } from "@lxdkit/protocol";
import { ApiError } from "./api-error.ts";
import { TransportError } from "./transport-error.ts";

/** An HTTP answer before its body was understood. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  readonly request: string;
  readonly address: string;
}

/**
 * Reads the envelope of an answer.
 *
 * @throws {ApiError} for an error envelope, whatever the HTTP status says, and for a failed status without one.
 * @throws {TransportError} `BAD_ANSWER` when a successful answer is not an envelope.
 */
export function readAnswer(answer: RawAnswer): Envelope {
  const { status, text, request, address } = answer;
  const envelope = parseEnvelope(text);
  if (envelope?.type === "error") {
    throw new ApiError({ status: envelope.error_code || status, serverMessage: envelope.error, request, address });
  }
  if (status >= 400) throw new ApiError({ status, serverMessage: text.slice(0, 200).trim(), request, address });
  if (envelope === undefined) {
    throw new TransportError(
      `${request}: the answer is not one of LXD or Incus: ${JSON.stringify(text.slice(0, 100))}`,
      {
        code: "BAD_ANSWER",
        request,
        address,
        hint: "Check that this is the socket of LXD or Incus.",
      },
    );
  }
  return envelope;
}

function parseEnvelope(text: string): Envelope | undefined {
  try {
    return envelopeSchema.parse(JSON.parse(text));
  } catch {
    // The caller reports what it got instead.
    return undefined;
  }
}
