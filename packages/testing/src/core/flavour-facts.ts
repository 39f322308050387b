import type { Flavour } from "@lxdkit/protocol";

/** What differs between the two families and is needed in many places. Measured on LXD 5.0.2 and Incus 6.0.4. */
export interface FlavourFacts {
  readonly title: string;
  readonly version: string;
  readonly bridge: string;
  readonly bridgeAddress: string;
  readonly bridgePrefix6: string;
  readonly macPrefix: string;
  /** Start of the progress text while an image is unpacked. */
  readonly unpacking: string;
  /** HTTP status of a filter that cannot be parsed. */
  readonly badFilterStatus: number;
  /** HTTP status of a bad query of `GET /1.0/events`. */
  readonly badEventsQueryStatus: number;
}

const lxd: FlavourFacts = {
  title: "LXD",
  version: "5.0.2",
  bridge: "lxdbr0",
  bridgeAddress: "10.159.171.1/24",
  bridgePrefix6: "fd42:d435:1a86:b6a9",
  macPrefix: "00:16:3e",
  unpacking: "Unpack",
  badFilterStatus: 500,
  badEventsQueryStatus: 500,
};

const incus: FlavourFacts = {
  title: "Incus",
  version: "6.0.4",
  bridge: "incusbr0",
  bridgeAddress: "10.165.21.1/24",
  bridgePrefix6: "fd42:436e:8a:5f7c",
  macPrefix: "10:66:6a",
  unpacking: "Unpacking image",
  badFilterStatus: 400,
  badEventsQueryStatus: 400,
};

/** The facts of one flavour. */
export function factsOf(flavour: Flavour): FlavourFacts {
  return flavour === "lxd" ? lxd : incus;
}
