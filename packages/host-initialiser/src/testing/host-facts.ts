import type { HostFacts } from "../host/host-facts.ts";

/** The facts of a bare Debian 12 that has nothing of LXD or Incus, except for what is given. */
export function hostFacts(facts: Partial<HostFacts> = {}): HostFacts {
  return {
    platform: "linux",
    os: { id: "debian", idLike: [], versionId: "12", codename: "bookworm", name: "Debian GNU/Linux 12 (bookworm)" },
    series: "bookworm",
    container: "",
    hasSystemd: true,
    kernel: {
      release: "6.1.0",
      hasUserNamespaces: true,
      hasIdRanges: true,
      cgroups: "2",
      hasIPv6: true,
      storageDrivers: [],
    },
    packages: { hasApt: true, installed: {}, candidates: { lxd: "5.0.2-5" } },
    snapd: "",
    snap: undefined,
    server: undefined,
    socketPath: "",
    serverProblem: undefined,
    trusted: [],
    interfaces: ["lo"],
    addresses: ["127.0.0.1/8"],
    routes: [],
    proxies: { http: "", https: "", noProxy: "" },
    bridgeFile: undefined,
    ...facts,
  };
}
