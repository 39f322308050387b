import { applyHost, detectHost, formatStep, type HostAccess, planHost } from "@lxdkit/host-initialiser";

/** Makes a host ready, and tells the steps. */
export async function main(host: HostAccess, print: (line: string) => void): Promise<readonly string[]> {
  // #region readme
  // this machine: host = localHost({ environment: process.env })
  const facts = await detectHost(host); // reads only
  const steps = planHost(facts, { storage: { driver: "dir" } }); // pure: plain data, empty on a host that is ready
  for (const step of steps) print(formatStep(step)); // what, why, the exact command or request, undone or not
  const { changed } = await applyHost(host, steps, {
    onProgress: ({ step, at, of, state }) => print(`${at}/${of} ${step.id}: ${state}`),
  });
  return changed.map(({ id }) => id);
  // #endregion
}
