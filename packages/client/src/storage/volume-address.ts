/** Kinds of volumes: a user's own, and those that belong to instances and images. */
export type VolumeType = "container" | "virtual-machine" | "image" | "custom";

/** Where a volume is. */
export interface VolumeAddress {
  readonly pool: string;
  /** `custom` by default. */
  readonly type?: VolumeType | undefined;
  readonly name: string;
}

/** The parts of a route that name a volume. */
export interface VolumePath {
  readonly pool: string;
  readonly type: string;
  readonly volume: string;
}

/** The parts of a route for an address. */
export function volumePath({ pool, type = "custom", name }: VolumeAddress): VolumePath {
  return { pool, type, volume: name };
}
