import assert from "node:assert/strict";
import { isFinalStatus, type Operation } from "@lxdkit/protocol";
import { WebSocket } from "ws";
import type { ContractTarget } from "./contract-case.ts";
import { bringTo, withInstance } from "./own-instance.ts";
import type { Fields } from "./own-object.ts";
import { eventually, get, operationEnd, send } from "./raw-http.ts";

/** One websocket of an operation. */
export interface RawSocket {
  /** What came in binary frames. */
  readonly received: string;
  /** Texts of the text frames, of which the servers send empty ones alone. */
  readonly texts: readonly string[];
  /** Payloads of the pings. */
  readonly pings: readonly string[];
  /** Close code, once it is closed. */
  readonly closed: Promise<number>;
  send(data: string | Buffer): void;
  /** Sends an empty text frame, which is the end of an input. */
  sendEnd(): void;
  close(): void;
}

/** Opens a websocket of an operation. */
export async function connect(target: ContractTarget, operation: string, secret: string): Promise<RawSocket> {
  const url = `ws+unix:${target.socketPath}:${operation}/websocket?secret=${secret}`;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let received = "";
  const texts: string[] = [];
  const pings: string[] = [];
  socket.on("message", (data: Buffer, isBinary: boolean) => {
    if (isBinary) received += data.toString("latin1");
    else texts.push(data.toString());
  });
  socket.on("ping", (data) => pings.push(data.toString()));
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => socket.terminate());
  return {
    get received() {
      return received;
    },
    texts,
    pings,
    closed,
    send: (data) => socket.send(data),
    sendEnd: () => socket.send("", { binary: false }),
    close: () => socket.close(),
  };
}

/** Runs `use` with the path of a new instance that runs. */
export async function withRunning(
  target: ContractTarget,
  use: (path: string, name: string) => Promise<void>,
  extra: Fields = {},
): Promise<void> {
  const run = async (path: string, name: string): Promise<void> => {
    await bringTo(target, path, { action: "start" });
    await use(path, name);
  };
  await withInstance(target, run, extra);
}

/** A command with its websockets. */
export interface RawExec {
  /** Path of its operation. */
  readonly operation: string;
  readonly metadata: Fields;
  readonly sockets: Readonly<Record<string, RawSocket>>;
  /** Waits for the end of the operation. */
  end(): Promise<Operation>;
}

/** Starts a command and connects its websockets, those in `names` alone when it is given. */
export async function startExec(
  target: ContractTarget,
  path: string,
  body: Fields,
  names?: readonly string[],
): Promise<RawExec> {
  const answer = await send(target, "POST", `${path}/exec`, { body: { "wait-for-websocket": true, ...body } });
  assert.equal(answer.status, 202, answer.text);
  const operation = answer.headers.location ?? "";
  const { metadata } = answer.metadata as { metadata: Fields & { fds: Record<string, string> } };
  const sockets: Record<string, RawSocket> = {};
  // The command may be over as soon as the others are there.
  const controlFirst = Object.entries(metadata.fds).toSorted(([name]) => (name === "control" ? -1 : 1));
  for (const [name, secret] of controlFirst) {
    assert.match(secret, /^[0-9a-f]{64}$/);
    if (names === undefined || names.includes(name)) sockets[name] = await connect(target, operation, secret);
  }
  const end = (): Promise<Operation> => operationEnd(target, answer);
  return { operation, metadata, sockets, end };
}

/** Runs a command to its end, and gives what came out of it. */
export async function runExec(
  target: ContractTarget,
  path: string,
  body: Fields,
  input?: string,
): Promise<{ readonly status: unknown; readonly out: string; readonly err: string; readonly operation: Operation }> {
  const exec = await startExec(target, path, body);
  if (input !== undefined) exec.sockets["0"]?.send(Buffer.from(input));
  exec.sockets["0"]?.sendEnd();
  const operation = await exec.end();
  await Promise.all([exec.sockets["1"]?.closed, exec.sockets["2"]?.closed]);
  const [out = "", err = ""] = [exec.sockets["1"]?.received, exec.sockets["2"]?.received];
  return { status: operation.metadata["return"], out, err, operation };
}

/** Runs a command without websockets, and gives its operation. */
export async function plainExec(target: ContractTarget, path: string, body: Fields): Promise<Operation> {
  return operationEnd(target, await send(target, "POST", `${path}/exec`, { body }));
}

/** Waits until the operation has ended without waiting for it. */
export function endOf(target: ContractTarget, operation: string): Promise<Operation> {
  return eventually("the operation ends", async () => {
    const now = (await get(target, operation)).metadata as Operation;
    return isFinalStatus(now.status_code) ? now : undefined;
  });
}
