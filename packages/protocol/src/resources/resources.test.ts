import { expect, test } from "vitest";
import { resourcesSchema } from "./resources.ts";

// A small machine, as LXD 5.0.2 and Incus 6.0.4 describe it, shortened.
const thread = { id: 0, numa_node: 0, thread: 0, online: true, isolated: false };
const machine = {
  cpu: {
    architecture: "x86_64",
    sockets: [
      {
        name: "Intel(R) Xeon(R) Processor",
        vendor: "GenuineIntel",
        socket: 0,
        cache: [{ level: 1, type: "Data", size: 49_152 }],
        cores: [{ core: 0, die: 0, threads: [thread] }],
      },
    ],
    total: 1,
  },
  memory: { nodes: null, hugepages_total: 0, hugepages_used: 0, hugepages_size: 2_097_152, used: 1, total: 2 },
  gpu: { cards: null, total: 0 },
  network: {
    cards: [{ driver: "virtio-pci", numa_node: 0, pci_address: "0000:00:03.0", vendor_id: "1af4" }],
    total: 1,
  },
  storage: { disks: [{ id: "vda", device: "254:0", type: "virtio", size: 274_877_906_944, partitions: [] }], total: 1 },
  usb: { devices: [], total: 0 },
  pci: { devices: [{ vendor_id: "8086", product_id: "0d57", iommu_group: 0, vpd: {} }], total: 1 },
  system: { uuid: "", type: "container", firmware: null, chassis: null, motherboard: null },
};

test("what a machine lacks is empty", () => {
  const resources = resourcesSchema.parse(machine);
  expect(resources.cpu.sockets[0]?.cores[0]).toEqual({ core: 0, die: 0, threads: [thread] });
  expect(resources).toMatchObject({
    memory: { nodes: [] },
    gpu: { cards: [] },
    network: { cards: [{ ports: [], vendor: "" }] },
    storage: { disks: [{ model: "", removable: false }] },
    pci: { devices: [{ vpd: { entries: {} } }] },
    system: { firmware: null },
  });
  expect(resources.load).toBeUndefined();
});

test("the load of Incus has capitalised keys", () => {
  const load = { Average1Min: 7.65, Average5Min: 8.4, Average10Min: 7.38, Processes: 10 };
  expect(resourcesSchema.parse({ ...machine, load }).load).toEqual(load);
});

test("cards have virtual functions that are cards", () => {
  const sriov = { current_vfs: 1, maximum_vfs: 8, vfs: [{ pci_address: "0000:00:04.0", ports: null }] };
  const network = { cards: [{ pci_address: "0000:00:03.0", sriov }], total: 1 };
  const gpu = { cards: [{ drm: { id: 0 }, sriov: { ...sriov, vfs: null }, nvidia: null }], total: 1 };
  const resources = resourcesSchema.parse({ ...machine, network, gpu });
  expect(resources.network.cards[0]?.sriov?.vfs).toMatchObject([{ pci_address: "0000:00:04.0", ports: [] }]);
  expect(resources.gpu.cards[0]).toMatchObject({ drm: { id: 0, card_name: "" }, sriov: { vfs: [] }, nvidia: null });
});
