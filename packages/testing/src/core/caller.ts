import { createHash, X509Certificate } from "node:crypto";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { FakeState } from "./fake-state.ts";
import type { Caller } from "./router.ts";
import { serverScope } from "./store.ts";

/** Whoever may use the socket is root. */
const root: Caller = {
  protocol: "unix",
  username: "root",
  address: "@",
  isTrusted: true,
  certificate: undefined,
};

/** Who is at the other end of a connection: root on the unix socket, the owner of a certificate over TLS. */
export function callerOf(state: FakeState, socket: Duplex): Caller {
  if (!(socket instanceof TLSSocket)) return root;
  const { raw } = socket.getPeerCertificate() as { readonly raw?: Buffer };
  const fingerprint = raw === undefined ? "" : createHash("sha256").update(raw).digest("hex");
  const known = state.store.certificates.get(serverScope, fingerprint);
  return {
    protocol: "tls",
    username: fingerprint,
    address: `${socket.remoteAddress ?? ""}:${String(socket.remotePort ?? 0)}`,
    isTrusted: known?.type === "client" || known?.type === "server",
    mayMeasure: known?.type === "metrics",
    projects: known?.restricted === true ? known.projects : undefined,
    certificate: raw === undefined ? undefined : new X509Certificate(raw).toString(),
  };
}
