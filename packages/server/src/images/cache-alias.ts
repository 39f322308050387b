import { debianArchitecture, type InstanceType } from "@lxdkit/protocol";

/** What a {@link cacheAlias} is for. */
export interface CachedKind {
  readonly series: string;
  /** In Debian's or in the kernel's spelling. */
  readonly architecture: string;
  readonly type: InstanceType;
}

/**
 * The alias under which a server keeps the image of a series: `juju/jammy/amd64`, and `juju/jammy/amd64/vm` for virtual
 * machines, because a server's alias stands for one image.
 */
export function cacheAlias(prefix: string, { series, architecture, type }: CachedKind): string {
  const end = type === "virtual-machine" ? ["vm"] : [];
  return [prefix, series, debianArchitecture(architecture), ...end].join("/");
}
