import { cloudInitConfig } from "@lxdkit/cloud-init";

/** The config of a container that becomes a web server with a fixed address. */
export function main(): Readonly<Record<string, string>> {
  // #region readme
  return cloudInitConfig({
    userData: {
      config: {
        packages: ["nginx"],
        write_files: [{ path: "/var/www/html/up", content: "yes", permissions: "0644" }],
      },
      documents: ["#cloud-config\npackages: [curl]\nruncmd: [systemctl reload nginx]\n"],
    },
    interfaces: [
      {
        interfaceName: "eth0",
        addresses: [{ value: "10.0.8.5", cidr: "10.0.8.0/24" }],
        gatewayAddress: "10.0.8.1",
        dnsServers: ["10.0.8.1"],
      },
    ],
  }); // user.user-data and user.network-config
  // #endregion
}
