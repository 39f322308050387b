import { isIPv4 } from "node:net";
import { editBridgeFile, freeSubnet } from "@lxdkit/network-devices";
import type { HostFacts } from "../host/host-facts.ts";
import type { Step } from "../steps/step.ts";

/** The keys of a bridge's file for a subnet as `10.0.4.0/24`. */
export function bridgeFileValues(subnet: string): Readonly<Record<string, string>> {
  const net = subnet.replace(/\.0\/24$/, "");
  return {
    USE_LXD_BRIDGE: "true",
    EXISTING_BRIDGE: "",
    LXD_BRIDGE: "lxdbr0",
    LXD_IPV4_ADDR: `${net}.1`,
    LXD_IPV4_NETMASK: "255.255.255.0",
    LXD_IPV4_NETWORK: `${net}.1/24`,
    LXD_IPV4_DHCP_RANGE: `${net}.2,${net}.254`,
    LXD_IPV4_DHCP_MAX: "253",
    LXD_IPV4_NAT: "true",
    LXD_IPV6_PROXY: "false",
  };
}

/** The steps for the bridge of an LXD without network API: its file, and the services that read it. */
export function bridgeFileSteps(
  { bridgeFile, server, addresses, routes }: HostFacts,
  random: ((limit: number) => number) | undefined,
): readonly Step[] {
  if (bridgeFile === undefined || server === undefined || server.hasNetworks) return [];
  const { path, text } = bridgeFile;
  if (isIPv4(addressIn(text))) return [];
  const values = bridgeFileValues(freeSubnet({ used: [...addresses, ...routes], random }));
  if (editBridgeFile(text, values) === text) return [];
  const why = "the bridge of this LXD has no IPv4 subnet";
  const service = (name: string, mayFail: boolean): Step => ({
    id: `restart ${name}`,
    changes: `restart the service ${name}`,
    why: "it reads the bridge's file when it starts",
    action: { kind: "command", command: "service", args: [name, "restart"], ...(mayFail && { mayFail }) },
    isUndoable: false,
  });
  return [
    {
      id: "bridge file",
      changes: `give the bridge lxdbr0 a subnet in ${path}`,
      why,
      action: { kind: "file", path, values },
      isUndoable: true,
    },
    service("lxd-bridge", true),
    service("lxd", false),
  ];
}

function addressIn(text: string): string {
  const value = /^LXD_IPV4_ADDR=(.*)$/m.exec(text)?.[1] ?? "";
  return value.trim().replace(/^(["'])(.*)\1$/, "$2");
}
