import type { Flavour } from "@lxdkit/protocol";
import type { HostFacts } from "../host/host-facts.ts";
import { InitialiserError } from "../initialiser-error.ts";
import type { HostWishes } from "./host-wishes.ts";

/** Series that have never had a package of LXD that could be relied on. */
const unsupported = ["precise", "centos7", "centos8", "centos9", "opensuseleap"];
/** Series whose own package was the way to have LXD. */
const ofPackages = ["trusty", "xenial", "bionic", ""];

/** Where a missing server comes from. */
export type Installer = { readonly by: "snap" } | { readonly by: "apt"; readonly packages: readonly string[] };

/**
 * Where the server of a host comes from: of packages where the distribution has them (Debian 12 and newer, old Ubuntu),
 * otherwise from the snap store. Incus is no snap.
 *
 * @throws {InitialiserError} `HOST_NOT_SUPPORTED`, `NO_INSTALLER`.
 */
export function chooseInstaller(facts: HostFacts, flavour: Flavour, wishes: HostWishes): Installer {
  const { series, packages } = facts;
  if (unsupported.includes(series)) {
    throw new InitialiserError(`LXD is not supported on ${series}`, {
      code: "HOST_NOT_SUPPORTED",
      hint: "Use a distribution that has LXD or Incus as a package or a snap.",
    });
  }
  const isDebian = facts.os.id === "debian";
  const apt: Installer = { by: "apt", packages: aptPackages(facts, flavour) };
  if (flavour === "incus") {
    if (wishes.installer === "snap") throw noInstaller("Incus is not in the snap store", "Install it from packages.");
    if (packages.hasApt && (packages.candidates["incus-base"] ?? packages.candidates["incus"]) !== undefined)
      return apt;
    throw noInstaller(
      `no package of Incus is known on ${facts.os.name === "" ? "this host" : facts.os.name}`,
      isDebian && series === "bookworm"
        ? "Add the suite bookworm-backports to the APT sources, then run apt-get update."
        : "Add a source that has it, then run apt-get update.",
    );
  }
  if (wishes.installer !== undefined) return wishes.installer === "apt" ? apt : { by: "snap" };
  if (ofPackages.includes(series)) return apt;
  return isDebian && packages.candidates["lxd"] !== undefined ? apt : { by: "snap" };
}

/** A bridge needs a DHCP server, `ip` and a firewall, which not every image of Debian brings. */
function aptPackages({ packages, os }: HostFacts, flavour: Flavour): readonly string[] {
  const incus = packages.candidates["incus-base"] === undefined ? "incus" : "incus-base";
  const server = flavour === "lxd" ? "lxd" : incus;
  return os.id === "debian" ? [server, "dnsmasq-base", "iproute2", "nftables"] : [server];
}

function noInstaller(message: string, hint: string): InitialiserError {
  return new InitialiserError(message, { code: "NO_INSTALLER", hint });
}
