import { createClient } from "@lxdkit/client";
import { type Connection, connectUnix } from "@lxdkit/transport";
import { residentMiB, workerInput } from "../worker.ts";

/** What it takes to wait for many operations at once. */
export interface WaitsResult {
  readonly waits: number;
  /** More memory while all are waited for than before, in MiB. */
  readonly memoryMiB: number;
  readonly webSockets: number;
  /** Requests about operations while they were waited for. */
  readonly polls: number;
}

const { socketPath, count } = workerInput() as { readonly socketPath: string; readonly count: number };
const seen = { webSockets: 0, polls: 0 };
await using connection = counted(connectUnix({ socketPath }));
const client = createClient(connection);
// Tokens are operations that run until somebody ends them. Everything is loaded and the sockets are open by the first.
const start = async () => (await client.certificates.createToken({ name: "bench" })).operation;
const first = await start();
const firstEnd = first.wait().catch(codeOf);
await first.cancel();
await firstEnd;

const handles = [];
for (let at = 0; at < count; at += 1) handles.push(await start());
const before = residentMiB();
const ends = handles.map((handle) => handle.wait().catch(codeOf));
await client.events.ready();
const memoryMiB = residentMiB() - before;
for (const handle of handles) await handle.cancel();
const codes = await Promise.all(ends);
const wrong = codes.filter((code) => code !== "OPERATION_CANCELLED").length;
if (wrong > 0) throw new Error(`${String(wrong)} of ${String(count)} waits ended in another way`);
const result: WaitsResult = { waits: codes.length, memoryMiB, ...seen };
process.stdout.write(JSON.stringify(result));
client.events.close();

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}

/** The connection, counting what could be polling. */
function counted(inner: Connection): Connection {
  return {
    ...inner,
    request(options) {
      if (options.method === "GET" && options.path.startsWith("/1.0/operations")) seen.polls += 1;
      return inner.request(options);
    },
    openWebSocket(path, options) {
      seen.webSockets += 1;
      return inner.openWebSocket(path, options);
    },
  };
}
