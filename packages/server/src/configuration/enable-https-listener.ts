import { LxdkitError, MultipleErrors, type ServerInfo } from "@lxdkit/protocol";
import type { ApiError } from "@lxdkit/transport";
import { errorText } from "../server-error.ts";
import type { ServerHost } from "../server-host.ts";
import { editServerConfig, type ServerConfigChange, type UpdateServerConfigOptions } from "./update-server-config.ts";

/** Options of {@link enableHttpsListener}. */
export interface EnableHttpsListenerOptions extends Omit<UpdateServerConfigOptions, "ifMatch"> {
  /**
   * Where to listen, for example `10.0.0.1` or `[fd00::1]:9443`; without a port the server takes 8443. All addresses
   * of the machine by default.
   */
  readonly address?: string | undefined;
  /** Whether an address that is configured already is replaced; false by default. */
  readonly replacesAddress?: boolean | undefined;
}

/** What {@link enableHttpsListener} did. */
export interface HttpsListener {
  /** `core.https_address` as it is now. */
  readonly address: string;
  /** Whether it was another one before. */
  readonly isChanged: boolean;
}

const key = "core.https_address";
const everywhere = "[::]";
const everywhereIPv4 = "0.0.0.0";

/**
 * Lets the server listen for HTTPS. An address that is configured already stays, whoever chose it. Otherwise the server
 * listens on all addresses of the machine, without IPv6 when its kernel has none, or on the one that is given. When it
 * cannot, the address is as before.
 *
 * @throws {ApiError} when it cannot listen there, for example since the port is taken.
 * @throws {MultipleErrors} `CLEANUP_FAILED` when the address that it had could not be put back either.
 */
export async function enableHttpsListener(
  host: Pick<ServerHost, "client" | "edits">,
  options: EnableHttpsListenerOptions = {},
): Promise<HttpsListener> {
  const { address, replacesAddress = false, ...edit } = options;
  /** What was written: a server may keep what it refuses, as LXD 5.0 does. */
  const tried: string[] = [];
  let before = "";

  const listen = async (wanted: string): Promise<HttpsListener> => {
    let present = "";
    const change = (config: ServerInfo["config"]): ServerConfigChange | undefined => {
      present = addressOf(config);
      const isOurs = tried.includes(present);
      if (!isOurs) before = present;
      if (present === wanted || (present !== "" && !isOurs && !replacesAddress)) return undefined;
      tried.push(wanted);
      return { [key]: wanted };
    };
    const isChanged = await editServerConfig(host, change, edit);
    return { address: isChanged ? wanted : present, isChanged };
  };

  try {
    return await listen(address ?? everywhere).catch((error: unknown) => {
      if (address !== undefined || !isWithoutIPv6(error)) throw error;
      return listen(everywhereIPv4);
    });
  } catch (error) {
    edit.signal?.throwIfAborted();
    // Otherwise the next call would take it for one that somebody chose.
    const putBack = (config: ServerInfo["config"]): ServerConfigChange | undefined =>
      tried.includes(addressOf(config)) ? { [key]: before } : undefined;
    if (tried.length > 0)
      await editServerConfig(host, putBack, { target: edit.target }).catch((cause: unknown) => {
        throw notPutBack(error, cause, before);
      });
    throw error;
  }
}

function notPutBack(error: unknown, cause: unknown, before: string): MultipleErrors {
  const message = `${errorText(error)}; and the former address could not be put back: ${errorText(cause)}`;
  const hint = before === "" ? `Remove ${key} from the configuration.` : `Set ${key} to ${before}.`;
  return new MultipleErrors(message, [error, cause], { code: "CLEANUP_FAILED", cause: error, hint });
}

function addressOf(config: ServerInfo["config"]): string {
  const value = config[key];
  return typeof value === "string" ? value : "";
}

/**
 * Whether the kernel refused an IPv6 socket. The status is the same as for an address that is taken; the words are not
 * the server's but those of the kernel's error EAFNOSUPPORT.
 */
function isWithoutIPv6(error: unknown): boolean {
  if (!LxdkitError.is(error)) return false;
  return /address family not supported by protocol\s*$/i.test((error as ApiError).serverMessage);
}
