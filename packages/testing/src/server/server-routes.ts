import { apiExtensions } from "./api-extensions.ts";
import { etagOf, sortedMap } from "../core/etag.ts";
import type { FakeState, ServerCertificate } from "../core/fake-state.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";

/** `/` and `/1.0`. */
export const serverRoutes: readonly Route[] = [
  { pattern: "/", methods: { GET: () => sync(["/1.0"]) } },
  { pattern: "/1.0", methods: { GET: getServer } },
];

async function getServer({ state }: ApiRequest): Promise<ApiReply> {
  return sync(await serverView(state), etagOf(sortedMap(state.store.config)));
}

async function serverView(state: FakeState): Promise<Readonly<Record<string, unknown>>> {
  const isIncus = state.flavour === "incus";
  return {
    config: sortedMap(state.store.config),
    api_extensions: apiExtensions(state.flavour),
    api_status: "stable",
    api_version: "1.0",
    auth: "trusted",
    public: false,
    auth_methods: ["tls"],
    ...(isIncus ? { auth_user_name: "root", auth_user_method: "unix" } : {}),
    environment: environment(state, await state.certificate()),
  };
}

function environment(state: FakeState, certificate: ServerCertificate): Readonly<Record<string, unknown>> {
  return {
    addresses: state.httpsAddresses(),
    architectures: ["x86_64", "i686"],
    certificate: certificate.pem,
    certificate_fingerprint: certificate.fingerprint,
    driver: "lxc",
    driver_version: "5.0.2",
    firewall: "nftables",
    kernel: "Linux",
    kernel_architecture: "x86_64",
    kernel_features: {
      idmapped_mounts: "true",
      netnsid_getifaddrs: "true",
      seccomp_listener: "true",
      seccomp_listener_continue: "true",
      ...(state.flavour === "lxd" ? { shiftfs: "false" } : {}),
      uevent_injection: "true",
      ...(state.flavour === "incus" ? { unpriv_binfmt: "true" } : {}),
      unpriv_fscaps: "true",
    },
    kernel_version: "6.1.0",
    lxc_features: {
      cgroup2: "true",
      core_scheduling: "true",
      devpts_fd: "true",
      idmapped_mounts_v2: "true",
      mount_injection_file: "true",
      network_gateway_device_route: "true",
      network_ipvlan: "true",
      network_l2proxy: "true",
      network_phys_macvlan_mtu: "true",
      network_veth_router: "true",
      pidfd: "true",
      seccomp_allow_deny_syntax: "true",
      seccomp_notify: "true",
      seccomp_proxy_send_notify_fd: "true",
    },
    os_name: "Debian GNU/Linux",
    os_version: "12",
    project: "default",
    server: state.flavour,
    server_clustered: false,
    server_event_mode: "full-mesh",
    server_name: state.name,
    server_pid: process.pid,
    server_version: state.version,
    storage: "dir",
    storage_version: "1",
    // These keys are capitalised on the wire of both families.
    storage_supported_drivers: [{ Name: "dir", Version: "1", Remote: false }],
  };
}
