import { isClustered } from "../cluster/members.ts";
import { checkTarget } from "../cluster/target.ts";
import { getMetrics } from "./metrics.ts";
import { machineResources } from "./resources.ts";
import { patchConfig, putConfig, shownConfig } from "./server-config.ts";
import { etagOf } from "../core/etag.ts";
import type { ServerCertificate } from "../core/fake-state.ts";
import { type ApiReply, type ApiRequest, type Route, sync } from "../core/router.ts";
import { projectOf } from "../projects/project-scope.ts";

/** `/`, `/1.0` and what the machine is. */
export const serverRoutes: readonly Route[] = [
  { pattern: "/", methods: { GET: listVersions }, any: listVersions },
  { pattern: "/1.0", methods: { GET: getServer, PUT: putConfig, PATCH: patchConfig }, isPublic: ["GET"] },
  // Programs that wait for the daemon ask this.
  { pattern: "/internal/ready", methods: { GET: () => sync({}) } },
  { pattern: "/1.0/resources", methods: { GET: getResources } },
  { pattern: "/1.0/metrics", methods: { GET: getMetrics } },
];

function listVersions(): ApiReply {
  return sync(["/1.0"]);
}

async function getServer(request: ApiRequest): Promise<ApiReply> {
  const { state, caller } = request;
  if (caller.isTrusted) checkTarget(request);
  const isIncus = state.flavour === "incus";
  const common = {
    api_extensions: state.extensions,
    api_status: "stable",
    api_version: "1.0",
    auth: caller.isTrusted ? "trusted" : "untrusted",
    public: false,
    auth_methods: ["tls"],
  };
  if (!caller.isTrusted) return sync({ ...(isIncus ? { config: {} } : {}), ...common });
  const config = shownConfig(state);
  const own = isIncus ? { auth_user_name: caller.username, auth_user_method: caller.protocol } : {};
  // LXD says null to those who are restricted.
  const shown = caller.projects === undefined ? config : isIncus ? {} : null;
  const view = { config: shown, ...common, ...own, environment: environment(request, await state.certificate()) };
  return sync(view, etagOf(config));
}

function getResources(request: ApiRequest): ApiReply {
  checkTarget(request);
  return sync(machineResources(request.state));
}

function environment(request: ApiRequest, certificate: ServerCertificate): Readonly<Record<string, unknown>> {
  const { state } = request;
  return {
    addresses: state.httpsAddresses(),
    architectures: state.architectures,
    certificate: certificate.pem,
    certificate_fingerprint: certificate.fingerprint,
    driver: "lxc",
    driver_version: "5.0.2",
    firewall: "nftables",
    kernel: "Linux",
    kernel_architecture: state.architectures[0],
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
    // As it is asked for, whether it is there or not.
    project: projectOf(request),
    server: state.flavour,
    server_clustered: isClustered(state),
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
