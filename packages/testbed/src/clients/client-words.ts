import type { Flavour } from "@lxdkit/protocol";

/** The words for what `lxc` and `incus` call differently. */
export interface ClientWords {
  /** Makes a stopped instance. */
  readonly init: string;
  snapshot(instance: string, name: string): string;
  restoreSnapshot(instance: string, name: string): string;
  renameSnapshot(instance: string, name: string, to: string): string;
  showSnapshot(instance: string, name: string): string;
  deleteSnapshot(instance: string, name: string): string;
  snapshotVolume(volume: string, name: string): string;
  restoreVolume(volume: string, name: string): string;
  renameVolumeSnapshot(volume: string, name: string, to: string): string;
  deleteVolumeSnapshot(volume: string, name: string): string;
  addToken(name: string): string;
}

/** The words of each family; `volume` is a pool and a volume, `pool volume`. */
export const wordsOf: Readonly<Record<Flavour, ClientWords>> = {
  lxd: {
    init: "init",
    snapshot: (instance, name) => `snapshot ${instance} ${name}`,
    restoreSnapshot: (instance, name) => `restore ${instance} ${name}`,
    renameSnapshot: (instance, name, to) => `rename ${instance}/${name} ${instance}/${to}`,
    showSnapshot: (instance, name) => `config show ${instance}/${name}`,
    deleteSnapshot: (instance, name) => `delete ${instance}/${name}`,
    snapshotVolume: (volume, name) => `storage volume snapshot ${volume} ${name}`,
    restoreVolume: (volume, name) => `storage volume restore ${volume} ${name}`,
    renameVolumeSnapshot: (volume, name, to) =>
      `storage volume rename ${volume}/${name} ${volume.split(" ").at(-1) ?? ""}/${to}`,
    deleteVolumeSnapshot: (volume, name) => `storage volume delete ${volume}/${name}`,
    addToken: (name) => `config trust add --name ${name}`,
  },
  incus: {
    init: "create",
    snapshot: (instance, name) => `snapshot create ${instance} ${name}`,
    restoreSnapshot: (instance, name) => `snapshot restore ${instance} ${name}`,
    renameSnapshot: (instance, name, to) => `snapshot rename ${instance} ${name} ${to}`,
    showSnapshot: (instance, name) => `snapshot show ${instance}/${name}`,
    deleteSnapshot: (instance, name) => `snapshot delete ${instance} ${name}`,
    snapshotVolume: (volume, name) => `storage volume snapshot create ${volume} ${name}`,
    restoreVolume: (volume, name) => `storage volume snapshot restore ${volume} ${name}`,
    renameVolumeSnapshot: (volume, name, to) => `storage volume snapshot rename ${volume} ${name} ${to}`,
    deleteVolumeSnapshot: (volume, name) => `storage volume snapshot delete ${volume} ${name}`,
    addToken: (name) => `config trust add ${name}`,
  },
};
