export { addressScope, type AddressScope } from "./address-scope.ts";
export {
  bridgeConfigFile,
  bridgeFileMissing,
  type BridgeFileOptions,
  bridgeOfFile,
  snapBridgeConfigFile,
} from "./bridge-file.ts";
export {
  bridgeNameOf,
  bridgesOfPrograms,
  containerBridge,
  defaultLxcBridge,
  defaultLxdBridge,
  type HostBridges,
} from "./bridge-name.ts";
export { editBridgeFile } from "./edit-bridge-file.ts";
export {
  devicesFromInterfaceInfo,
  type InterfaceDevices,
  type InterfaceDevicesOptions,
} from "./devices-from-interface-info.ts";
export { freeSubnet, type FreeSubnetOptions, subnetsOverlap } from "./free-subnet.ts";
export { hostInterfaceName } from "./host-name.ts";
export {
  type AddressConfigType,
  type InterfaceAddress,
  type InterfaceInfo,
  type InterfaceRoute,
  type InterfaceType,
  isDeviceName,
} from "@lxdkit/protocol";
export { interfaceInfoFromDevices } from "./interface-info-from-devices.ts";
export { createMacAddress, type MacAddressOptions } from "./mac-address.ts";
export { NetworkDeviceError } from "./network-device-error.ts";
export { freeNicName, nicsOf, nicsWithAddresses } from "./nics.ts";
