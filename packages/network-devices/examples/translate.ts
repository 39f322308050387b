import { bridgeNameOf, devicesFromInterfaceInfo, type InterfaceDevices } from "@lxdkit/network-devices";

/** Gives a container an interface in the network of the host's `ens3`. */
export function main(): InterfaceDevices {
  // #region readme
  const bridge = bridgeNameOf("ens3.150"); // br-ens3-150
  return devicesFromInterfaceInfo([
    { interfaceName: "lo", interfaceType: "loopback" }, // left out
    {
      interfaceName: "eth0",
      interfaceType: "ethernet",
      parentInterfaceName: bridge,
      mtu: 1400,
      addresses: [{ value: "10.0.8.5", cidr: "10.0.8.0/24" }],
    },
  ]);
  // #endregion
}
