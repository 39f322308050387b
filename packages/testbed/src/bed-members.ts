import { X509Certificate } from "node:crypto";
import type { BedPorts, MemberLayout } from "./bed-layout.ts";
import { socketRequest } from "./socket-request.ts";
import type { TestbedMember } from "./testbed.ts";

/** Asks a started member for what its users need to know. */
export async function describeMember(
  ports: BedPorts,
  member: MemberLayout,
  signal: AbortSignal | undefined,
): Promise<TestbedMember & { readonly version: string }> {
  const info = (await socketRequest(member.socketPath, "/1.0", { signal })) as {
    readonly environment: { readonly certificate: string; readonly server_version: string };
  };
  return {
    name: member.name,
    directory: member.directory,
    logFile: member.logFile,
    socketPath: member.socketPath,
    httpsUrl: `https://${member.host}:${String(ports.https)}`,
    serverCertificate: info.environment.certificate,
    version: info.environment.server_version,
  };
}

/** Adds a client certificate to the trust store. See `Testbed.trust`. */
export async function trustCertificate(
  socketPath: string,
  certificate: string,
  options: { readonly name: string; readonly signal?: AbortSignal },
): Promise<void> {
  const body = {
    type: "client",
    name: options.name,
    certificate: new X509Certificate(certificate).raw.toString("base64"),
  };
  await socketRequest(socketPath, "/1.0/certificates", { method: "POST", body, signal: options.signal });
}
