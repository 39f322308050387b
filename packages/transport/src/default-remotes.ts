import type { Flavour } from "@lxdkit/protocol";
import { cloudImagesDailyRemote, cloudImagesRemote, lxdImagesRemote } from "./predefined-remotes.ts";
import type { Remote } from "./remotes.ts";

type Preset = Pick<Remote, "name" | "address" | "protocol" | "isStatic">;

/** A remote with what all that come with the programs have. */
function preset({ name, address, protocol, isStatic }: Preset): Remote {
  const isPublic = protocol === "simplestreams";
  return { name, address, protocol, isStatic, isPublic, authType: "tls", project: undefined, isGlobal: false };
}

function images(name: string, address: string, isStatic = true): Remote {
  return preset({ name, address, protocol: "simplestreams", isStatic });
}

/**
 * The remotes that the programs have without any configuration. Static ones cannot be changed, but for their project;
 * the others are there only as long as there is no `config.yml`.
 */
export const defaultRemotes: Readonly<Record<Flavour, readonly Remote[]>> = {
  lxd: [
    preset({ name: "local", address: "unix://", protocol: "lxd", isStatic: true }),
    images("images", lxdImagesRemote.host, false),
    images("ubuntu", cloudImagesRemote.host),
    images("ubuntu-daily", cloudImagesDailyRemote.host),
    images("ubuntu-minimal", "https://cloud-images.ubuntu.com/minimal/releases"),
    images("ubuntu-minimal-daily", "https://cloud-images.ubuntu.com/minimal/daily"),
  ],
  incus: [
    preset({ name: "local", address: "unix://", protocol: "incus", isStatic: true }),
    images("images", "https://images.linuxcontainers.org", false),
  ],
};

/** The remote that is used when none is named anywhere. */
export const localRemote = "local";
