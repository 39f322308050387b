import type { Flavour } from "@lxdkit/protocol";
import { certificateFingerprint } from "@lxdkit/certificates";
import type { HostFacts } from "../host/host-facts.ts";
import { proxyConfig } from "../host/proxy-settings.ts";
import { InitialiserError } from "../initialiser-error.ts";
import { configSteps } from "../steps/object-steps.ts";
import type { Step } from "../steps/step.ts";
import { bridgeFileSteps } from "./bridge-file-steps.ts";
import { defaultObjectSteps, freshState } from "./default-objects.ts";
import type { HostWishes } from "./host-wishes.ts";
import { installSteps } from "./install-steps.ts";

/** Options of {@link planHost}. */
export interface PlanHostOptions {
  /** A whole number from 0 up to, not including, the limit; for the subnet of a bridge without network API. */
  readonly random?: ((limit: number) => number) | undefined;
}

/**
 * The steps that make a host ready, in their order: install the server, start it and wait for it; a storage pool, a
 * bridge, the default profile; proxies, the HTTPS listener, a trusted client. A host that is ready gives none. Pure:
 * nothing is read and nothing is changed.
 *
 * @throws {InitialiserError} for what cannot be done on this host.
 */
export function planHost(facts: HostFacts, wishes: HostWishes = {}, { random }: PlanHostOptions = {}): readonly Step[] {
  if (facts.platform !== "linux") {
    throw new InitialiserError(`servers run on Linux alone, and this is ${facts.platform}`, {
      code: "HOST_NOT_SUPPORTED",
      hint: "Name a server elsewhere, or run this on the host of the server.",
    });
  }
  const flavour = flavourOf(facts, wishes);
  const state = facts.server ?? freshState(flavour);
  return [
    ...installSteps(facts, flavour, wishes),
    ...bridgeFileSteps(facts, random),
    ...defaultObjectSteps(facts, state, wishes),
    ...proxySteps(state.config, wishes),
    ...listenSteps(state.config, wishes),
    ...trustSteps(facts, wishes),
  ];
}

/** The family that is meant: the one wanted, else that of the server, else the one that is installed, else LXD. */
function flavourOf({ server, packages, snap }: HostFacts, wishes: HostWishes): Flavour {
  if (wishes.flavour !== undefined) return wishes.flavour;
  if (server !== undefined) return server.flavour;
  const hasIncus = "incus" in packages.installed || "incus-base" in packages.installed;
  return hasIncus && snap === undefined && !("lxd" in packages.installed) ? "incus" : "lxd";
}

type Config = Readonly<Record<string, unknown>>;

function proxySteps(config: Config, { proxies }: HostWishes): readonly Step[] {
  if (proxies === undefined) return [];
  return configSteps(config, proxyConfig(proxies), "the server reaches image servers through them").map((step) => ({
    ...step,
    id: "proxies",
  }));
}

function listenSteps(config: Config, { listen }: HostWishes): readonly Step[] {
  const present = config["core.https_address"];
  if (listen === undefined || (typeof present === "string" && present !== "")) return [];
  return [
    {
      id: "listener",
      changes: `let the server listen for HTTPS at ${listen}`,
      why: "other machines are to reach it",
      action: { kind: "listen", method: "PUT", path: "/1.0", address: listen },
      isUndoable: true,
    },
  ];
}

function trustSteps({ trusted }: HostFacts, { trust }: HostWishes): readonly Step[] {
  if (trust === undefined || trusted.includes(certificateFingerprint(trust.certificate))) return [];
  return [
    {
      id: `trust ${trust.name}`,
      changes: `let the server trust the client ${trust.name}`,
      why: "it is to use the server from elsewhere",
      action: { kind: "trust", method: "POST", path: "/1.0/certificates", ...trust },
      isUndoable: true,
    },
  ];
}
