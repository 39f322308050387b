import { Agent, request } from "node:http";
import { buffer } from "node:stream/consumers";
import { certificateFingerprint, createSelfSignedCertificate } from "@lxdkit/certificates";
import { type Flavour, headerPrefix } from "@lxdkit/protocol";
import { archiveNames, isArchive } from "./archive.ts";
import type { Reply } from "./exchange.ts";

/** One of the two servers that are compared. */
export interface Side {
  readonly flavour: Flavour;
  readonly socketPath: string;
  /** Its state directory. */
  readonly directory: string;
  /** What the words in braces of calls stand for. */
  readonly words: Readonly<Record<string, string>>;
  /** Sends one request. */
  send(method: string, path: string, options?: SendOptions): Promise<Reply>;
  /** Ends its connections. */
  close(): void;
}

/** What a request carries besides its path. */
export interface SendOptions {
  readonly body?: string | Buffer | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** 90,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Is given the archive when the answer is one; the body of the reply has the names in it alone. */
  readonly onArchive?: ((bytes: Buffer) => void) | undefined;
}

/** A server to open a {@link Side} on. */
export interface SideServer {
  readonly flavour: Flavour;
  readonly socketPath: string;
  readonly directory: string;
}

/** Opens a {@link Side}; `words` are those that both sides share. */
export async function openSide(
  { flavour, socketPath, directory }: SideServer,
  words: Readonly<Record<string, string>>,
): Promise<Side> {
  const agent = new Agent({ keepAlive: true });
  const send: Side["send"] = (method, path, options = {}) => sendOn(agent, socketPath, method, path, options);
  const read = async <T>(path: string): Promise<T> =>
    ((await send("GET", path)).body as { readonly metadata: T }).metadata;
  const { target } = await read<{ readonly target: string }>("/1.0/images/aliases/tiny");
  const { config } = await read<{ readonly config: Readonly<Record<string, string>> }>("/1.0");
  const warnings = await read<readonly { readonly type: string; readonly uuid: string }[]>("/1.0/warnings?recursion=1");
  const [warning] = warnings.toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const own = {
    warning: warning?.uuid ?? "none",
    bridge: `${flavour}br0`,
    Prefix: headerPrefix(flavour),
    tiny: target,
    https: config["core.https_address"] ?? "",
  };
  return { flavour, socketPath, directory, words: { ...words, ...own }, send, close: () => agent.destroy() };
}

/** The words that both sides share: two certificates, their fingerprints, and the address of a simplestreams host. */
export async function sharedWords(streams: string): Promise<Readonly<Record<string, string>>> {
  const [one, two] = await Promise.all(
    ["one@here", "two@here"].map(async (commonName) => {
      const { certificate } = await createSelfSignedCertificate({ usage: "client", commonName });
      const bare = certificate.replace(/-----[A-Z ]+-----|\s/g, "");
      return { bare, print: certificateFingerprint(certificate) };
    }),
  );
  return {
    streams,
    certificateOne: one?.bare ?? "",
    printOne: one?.print ?? "",
    certificateTwo: two?.bare ?? "",
    printTwo: two?.print ?? "",
  };
}

/** Headers that say how the bytes travel and not what was answered. */
const travelling = new Set(["connection", "content-length", "date", "keep-alive", "transfer-encoding"]);

function sendOn(
  agent: Agent,
  socketPath: string,
  method: string,
  path: string,
  { body, headers, timeoutMs = 90_000, onArchive }: SendOptions,
): Promise<Reply> {
  return new Promise((resolve) => {
    const sent = {
      ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}),
      // Node leaves it out where a body is unusual.
      ...(body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) }),
      ...headers,
    };
    const cut = (error: Error): void => {
      clearTimeout(timer);
      // A server ends connections that wait for long, sometimes in this very moment.
      const isStale =
        outgoing.reusedSocket && ["ECONNRESET", "EPIPE"].includes(String((error as NodeJS.ErrnoException).code));
      if (isStale) resolve(sendOn(agent, socketPath, method, path, { body, headers, timeoutMs, onArchive }));
      else resolve({ status: 0, headers: {}, body: error.message });
    };
    const outgoing = request({ socketPath, method, path, headers: sent, agent }, (message) => {
      const told = Object.entries(message.headers).filter(([name]) => !travelling.has(name));
      const start = {
        status: message.statusCode ?? 0,
        headers: Object.fromEntries(told.map(([name, value]) => [name, String(value)])),
      };
      const end = (answered: unknown): void => {
        clearTimeout(timer);
        resolve({ ...start, body: answered });
      };
      buffer(message).then(
        (answer) => {
          const isBackup = isArchive(path, message.headers["content-type"]);
          if (isBackup) onArchive?.(answer);
          end(isBackup ? archiveNames(answer) : parsed(answer.toString()));
        },
        () => end("cut off"),
      );
    });
    const timer = setTimeout(() => {
      resolve({ status: 0, headers: {}, body: "no answer" });
      outgoing.destroy();
    }, timeoutMs);
    outgoing.on("error", cut);
    outgoing.end(body);
  });
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer) as unknown;
  } catch {
    return answer;
  }
}
