import type { FakeState } from "../core/fake-state.ts";

/** `GET /1.0/resources` of a small machine; Incus tells its load too. */
export function machineResources({ flavour, architectures }: Pick<FakeState, "flavour" | "architectures">): object {
  const own = { ...machine, cpu: { ...machine.cpu, architecture: architectures[0] } };
  const load = { Average1Min: 0.5, Average5Min: 0.5, Average10Min: 0.5, Processes: 100 };
  return flavour === "lxd" ? own : { ...own, load };
}

const machine = {
  cpu: {
    architecture: "x86_64",
    sockets: [
      {
        name: "Fake CPU",
        vendor: "GenuineIntel",
        socket: 0,
        cache: [{ level: 1, type: "Data", size: 49_152 }],
        cores: [
          {
            core: 0,
            die: 0,
            threads: [
              { id: 0, numa_node: 0, thread: 0, online: true, isolated: false },
              { id: 1, numa_node: 0, thread: 1, online: true, isolated: false },
            ],
          },
        ],
      },
    ],
    total: 2,
  },
  memory: {
    nodes: [{ numa_node: 0, hugepages_used: 0, hugepages_total: 0, used: 3_221_327_872, total: 25_769_803_776 }],
    hugepages_total: 0,
    hugepages_used: 0,
    hugepages_size: 2_097_152,
    used: 2_686_881_792,
    total: 25_769_803_776,
  },
  gpu: { cards: [], total: 0 },
  network: { cards: [], total: 0 },
  storage: { disks: [], total: 0 },
  usb: { devices: [], total: 0 },
  pci: { devices: [], total: 0 },
  system: {
    uuid: "",
    vendor: "lxdkit",
    product: "fake",
    family: "",
    version: "",
    sku: "",
    serial: "",
    type: "physical",
    firmware: null,
    chassis: null,
    motherboard: null,
  },
};
