import { createSelfSignedCertificate } from "@lxdkit/certificates";
import { readCertificate } from "../certificates/read-certificate.ts";
import type { FakeState } from "../core/fake-state.ts";

/** Puts certificates of members into the trust store, by which members know each other. */
export async function addMemberCertificates(state: FakeState, members: readonly string[]): Promise<void> {
  const made = members.map(async (name) => {
    const pair = await createSelfSignedCertificate({ usage: "server", commonName: `root@${name}` });
    const { certificate, fingerprint } = readCertificate(pair.certificate);
    return { fingerprint, name, type: "server", restricted: false, projects: [], certificate, description: "" };
  });
  for (const record of await Promise.all(made)) state.store.certificates.put(record);
}

/** Forgets the certificate of a member that is gone. */
export function removeMemberCertificate({ store }: FakeState, member: string): void {
  for (const record of store.certificates.all()) {
    if (record.type === "server" && record.name === member) store.certificates.delete(record);
  }
}
