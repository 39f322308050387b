import { Duplex } from "node:stream";
import { brokenConnection } from "./broken-connection.ts";
import type { HttpTarget } from "./http-target.ts";

/** The bytes of a socket that has left HTTP, with the errors of the connection. */
export function rawStream(socket: Duplex, target: HttpTarget, request: string): Duplex {
  let hasEnded = false;
  const stream = new Duplex({
    allowHalfOpen: false,
    read: () => void socket.resume(),
    write(chunk: Buffer, _encoding, done) {
      socket.write(chunk, (cause) => {
        done(cause === null || cause === undefined ? null : brokenConnection(target, request, cause));
      });
    },
    final(done) {
      socket.end(() => {
        done();
      });
    },
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  // Who uses it later finds the error in it; until then it must not end the process.
  stream.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    if (!stream.push(chunk)) socket.pause();
  });
  socket.on("end", () => {
    hasEnded = true;
    stream.push(null);
  });
  socket.on("error", (cause) => stream.destroy(brokenConnection(target, request, cause)));
  socket.on("close", () => {
    // After an orderly end there may be bytes that wait to be read.
    if (!hasEnded) stream.destroy(brokenConnection(target, request, new Error("it was closed")));
  });
  socket.pause();
  return stream;
}
