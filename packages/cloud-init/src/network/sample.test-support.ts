import type { InterfaceInfo } from "@lxdkit/protocol";

/** Two interfaces: a static one with everything, and one by DHCP. */
export const sampleInterfaces: readonly InterfaceInfo[] = [
  {
    interfaceName: "eth0",
    macAddress: "00:16:3e:12:34:56",
    configType: "static",
    addresses: [{ value: "192.0.2.10", cidr: "192.0.2.0/24" }],
    gatewayAddress: "192.0.2.1",
    dnsServers: ["192.0.2.53"],
    dnsSearchDomains: ["lab.example"],
    mtu: 1400,
    routes: [{ destinationCidr: "198.51.100.0/24", gatewayIp: "192.0.2.254", metric: 50 }],
  },
  { interfaceName: "eth1", macAddress: "00:16:3e:12:34:57", configType: "dhcp", mtu: 1500 },
];

/** Their netplan file, matched by MAC and with the older keys of gateways. */
export const printedSample: string = `network:
  version: 2
  ethernets:
    eth0:
      match:
        macaddress: "00:16:3e:12:34:56"
      addresses:
      - 192.0.2.10/24
      gateway4: 192.0.2.1
      nameservers:
        search: [lab.example]
        addresses: [192.0.2.53]
      mtu: 1400
      routes:
      - to: 198.51.100.0/24
        via: 192.0.2.254
        metric: 50
    eth1:
      match:
        macaddress: "00:16:3e:12:34:57"
      dhcp4: true
`;
