import assert from "node:assert/strict";
import type { AccessEntry, Certificate } from "@lxdkit/protocol";
import { withCertificate } from "./certificate-cases.ts";
import type { ContractCase, ContractTarget } from "./contract-case.ts";
import { shortName, withObject } from "./own-object.ts";
import { assertRefused, eventually, get } from "./raw-http.ts";

/** The entries of a path, each as `role of fingerprint`, in order; null where there is none. */
async function readAccess(target: ContractTarget, path: string): Promise<readonly string[] | null> {
  const entries = (await get(target, path)).metadata as readonly AccessEntry[] | null;
  if (entries === null) return null;
  assert.ok(entries.every(({ provider }) => provider === "tls"));
  return entries.map(({ role, identifier }) => `${role} of ${identifier}`).toSorted();
}

/** What the trust store makes of an instance in a project, or of the project itself. */
async function expectedAccess(target: ContractTarget, project: string, of: "instance" | "project"): Promise<string[]> {
  const all = (await get(target, "/1.0/certificates?recursion=1")).metadata as readonly Certificate[];
  return all
    .flatMap(({ type, restricted, projects, fingerprint }) => {
      const isIn = restricted && projects.includes(project);
      const isViewer = of === "project" ? isIn : type === "metrics" && (!restricted || isIn);
      return [
        ...(type === "client" && !restricted ? ["admin"] : []),
        ...(type === "client" && isIn ? ["operator"] : []),
        ...(isViewer ? ["view"] : []),
      ].map((role) => `${role} of ${fingerprint}`);
    })
    .toSorted();
}

/** Who may use instances and projects. */
export const accessCases: readonly ContractCase[] = [
  {
    name: "Incus tells who may use instances and projects by the certificates that it trusts, and looks for neither",
    // Others must not trust a certificate between two readings.
    isAlone: true,
    async run(target) {
      if (target.flavour === "lxd") {
        for (const path of ["/1.0/instances/c1/access", "/1.0/projects/default/access"]) {
          assertRefused(await get(target, path), 404, "not found");
        }
        return;
      }
      const name = shortName();
      await withObject(target, "/1.0/projects", { name }, async () => {
        const restricted = { restricted: true, projects: [name] };
        const certificates = [{}, restricted, { type: "metrics" }, { type: "metrics", ...restricted }];
        const compare = async (): Promise<void> => {
          for (const [path, project, of] of [
            ["/1.0/instances/no-such/access", "default", "instance"],
            [`/1.0/instances/no-such/access?project=${name}`, name, "instance"],
            [`/1.0/projects/${name}/access`, name, "project"],
            ["/1.0/projects/default/access", "default", "project"],
          ] as const) {
            const expected = await expectedAccess(target, project, of);
            await eventually(`${path} follows the certificates`, async () => {
              const access = await readAccess(target, path);
              const found = access ?? [];
              return JSON.stringify(found) === JSON.stringify(expected) ? true : undefined;
            });
          }
        };
        const nest = async ([first, ...rest]: readonly object[]): Promise<void> => {
          if (first === undefined) await compare();
          else await withCertificate(target, first, () => nest(rest));
        };
        await nest(certificates);
        const left = (await get(target, "/1.0/certificates")).metadata as readonly string[];
        if (left.length === 0) assert.equal(await readAccess(target, "/1.0/instances/no-such/access"), null);
      });
    },
  },
];
