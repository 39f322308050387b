import type { Agent, buildConnector } from "undici";
import { connectTimeoutMs } from "./get-text.ts";
import { connectThrough, proxyFor, type StreamProxy } from "./stream-proxy.ts";

/** How to get to hosts. */
export interface DownloadAgentOptions {
  /** PEM certificates of the authorities to trust in place of the system's own. */
  readonly ca: string | undefined;
  readonly proxy: StreamProxy | undefined;
}

/** Opens the connections of a download; hosts of `https:` addresses are reached through their proxy. */
export async function openDownloadAgent({ ca, proxy }: DownloadAgentOptions): Promise<Agent> {
  const { Agent, buildConnector } = await import("undici");
  const trust = ca === undefined ? {} : { ca };
  const direct = buildConnector({ timeout: connectTimeoutMs, ...trust });
  const connect: buildConnector.connector = (options, done) => {
    const to = new URL(`${options.protocol}//${options.host ?? options.hostname}`);
    const via = to.protocol === "https:" ? proxyFor(to, proxy) : undefined;
    if (via === undefined) {
      direct(options, done);
      return;
    }
    connectThrough(via, to, { ca, timeoutMs: connectTimeoutMs }).then(
      (socket) => {
        const fail = (error: Error): void => {
          done(error, null);
        };
        socket.once("error", fail).once("secureConnect", () => {
          socket.off("error", fail);
          done(null, socket);
        });
      },
      (error: unknown) => {
        done(error as Error, null);
      },
    );
  };
  return new Agent({ connect });
}
