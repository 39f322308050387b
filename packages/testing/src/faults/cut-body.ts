import type { ServerResponse } from "node:http";

/** Lets the answer stop after `bytes` of its body, by default after half of the first piece, and ends the connection. */
export function cutBody(response: ServerResponse, bytes: number | undefined): void {
  const { write } = response;
  let left = bytes;
  const send = (chunk: string | Uint8Array): boolean => {
    const piece = Buffer.from(chunk as string);
    left ??= Math.floor(piece.length / 2);
    const sent = piece.subarray(0, left);
    left -= sent.length;
    const mayGoOn = write.call(response, sent, "utf8");
    // What was written goes out first; without an end the caller knows that something is missing.
    if (left === 0) response.socket?.destroySoon();
    return mayGoOn && left > 0;
  };
  Object.assign(response, {
    write: send,
    end(chunk?: string | Uint8Array) {
      if (chunk !== undefined) send(chunk);
      // A body that is shorter than what was allowed lacks its end all the same.
      if (left !== 0) response.socket?.destroySoon();
      return response;
    },
  });
}
