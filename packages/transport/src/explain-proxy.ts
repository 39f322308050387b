import { explainDial } from "./explain-https.ts";
import type { Failure } from "./connection-failure.ts";

/** Tells why a proxy did not open the way to a server. */
export function explainRefusal(status: number, proxy: string, sentCredentials: boolean): Failure {
  const text = `the proxy ${proxy} refused with status ${String(status)}`;
  return ["PROXY_REFUSED", text, refusalHint(status, sentCredentials)];
}

/** Tells why a proxy cannot be used at all. */
export function explainProxy(error: NodeJS.ErrnoException, proxy: string): Failure {
  // The parser has codes for some of its errors only.
  if (error.name === "HTTPParserError") {
    return ["PROXY_FAILED", `the proxy ${proxy} does not speak HTTP`, "Check the proxy's scheme and port."];
  }
  const [, text] = explainDial(error);
  const hint = "Check the proxy's address, or name the server among those that need no proxy (NO_PROXY).";
  return ["PROXY_FAILED", `the proxy ${proxy} cannot be used: ${text}`, hint];
}

function refusalHint(status: number, sentCredentials: boolean): string {
  switch (status) {
    case 407:
      return sentCredentials
        ? "The proxy does not accept this user name and password."
        : "Write user name and password into the proxy's address: http://user:password@host:port.";
    case 502:
    case 503:
    case 504:
      return "The proxy cannot reach the server: check the server's address, or reach it without proxy (NO_PROXY).";
    default:
      return "The proxy's rules may forbid this host or port; or reach the server without proxy (NO_PROXY).";
  }
}
