import { type ServerInfo, serverInfoSchema } from "@lxdkit/protocol";
import { abortable, type Connection } from "@lxdkit/transport";
import { ProtocolError } from "./protocol-error.ts";

/**
 * Reads `GET /1.0` when it is first asked for, and keeps it. Those who ask at the same time share one request, which no
 * abort of one of them ends. Not kept are a failure, and what a caller is told whom the server does not trust: it may
 * trust him soon, and then tells more.
 */
export function rememberInfo(connection: Connection): (signal?: AbortSignal) => Promise<ServerInfo> {
  let known: Promise<ServerInfo> | undefined;
  const ask = async (): Promise<ServerInfo> => {
    const { envelope } = await connection.request({ method: "GET", path: "/1.0" });
    const result = serverInfoSchema.safeParse(envelope.metadata);
    if (!result.success) throw new ProtocolError("GET /1.0", result.error);
    return result.data;
  };
  const forget = (): void => {
    known = undefined;
  };
  return (signal) => {
    if (known === undefined) {
      known = ask();
      known.then((info) => {
        if (info.auth === "untrusted") forget();
      }, forget);
    }
    return abortable(known, signal);
  };
}
