import { connect, createServer, type Socket } from "node:net";

/** A relay in front of a server's socket. */
export interface PatientRelay extends AsyncDisposable {
  readonly socketPath: string;
}

/**
 * Starts a relay at `socketPath` that lets no request through while a listener to events is not heeded yet. A server
 * registers a listener a moment after it has said yes to it, and sends a first message then; its own client does not
 * wait for that, so that the end of an operation which is soon over can be missed, and is waited for without an end.
 */
export async function startPatientRelay(serverPath: string, socketPath: string): Promise<PatientRelay> {
  const open = new Set<Socket>();
  const unheeded = new Set<Promise<void>>();

  const relay = async (caller: Socket, server: Socket): Promise<void> => {
    let isFirst = true;
    for await (const bytes of caller as AsyncIterable<Buffer>) {
      if (isFirst && bytes.toString("latin1").startsWith("GET /1.0/events")) {
        const heeded = firstMessage(server);
        unheeded.add(heeded);
        void heeded.then(() => unheeded.delete(heeded));
      } else await Promise.all(unheeded);
      isFirst = false;
      server.write(bytes);
    }
    server.end();
  };

  const listener = createServer({ allowHalfOpen: true }, (caller) => {
    const server = connect({ path: serverPath, allowHalfOpen: true });
    const ends = [caller, server];
    for (const end of ends) {
      open.add(end);
      end.on("error", () => undefined);
      end.on("close", () => {
        open.delete(end);
        for (const other of ends) other.destroy();
      });
    }
    server.pipe(caller);
    relay(caller, server).catch(() => undefined);
  });
  await new Promise<void>((resolve) => {
    listener.listen(socketPath, resolve);
  });
  return {
    socketPath,
    async [Symbol.asyncDispose]() {
      for (const end of open) end.destroy();
      await new Promise((resolve) => {
        listener.close(resolve);
      });
    },
  };
}

/** Settles with the first byte after the head of an answer, or when the connection is over. */
function firstMessage(server: Socket): Promise<void> {
  return new Promise((resolve) => {
    let text = "";
    const look = (bytes: Buffer): void => {
      text += bytes.toString("latin1");
      const end = text.indexOf("\r\n\r\n");
      if (end === -1 || text.length === end + 4) return;
      server.off("data", look);
      resolve();
    };
    server.on("data", look);
    server.on("close", () => {
      resolve();
    });
  });
}
