import type { FakeState } from "../core/fake-state.ts";

/** Puts `projects` in the place of one that is renamed or removed in all certificates that are restricted to it. */
export function replaceProjectInCertificates(state: FakeState, project: string, projects: readonly string[]): void {
  for (const certificate of state.store.certificates.all()) {
    if (!certificate.projects.includes(project)) continue;
    const kept = certificate.projects.flatMap((name) => (name === project ? projects : [name]));
    state.store.certificates.put({ ...certificate, projects: kept });
  }
}
