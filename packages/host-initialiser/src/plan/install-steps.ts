import type { Flavour } from "@lxdkit/protocol";
import type { HostFacts } from "../host/host-facts.ts";
import { InitialiserError } from "../initialiser-error.ts";
import { compareChannels, parseChannel } from "../snap/channel.ts";
import type { CommandAction, Step } from "../steps/step.ts";
import { chooseInstaller } from "./choose-installer.ts";
import type { HostWishes } from "./host-wishes.ts";

const defaultChannel = "latest/stable";

/** The steps that bring a server that answers: install or refresh, start, wait. None when one answers as wanted. */
export function installSteps(facts: HostFacts, flavour: Flavour, wishes: HostWishes): readonly Step[] {
  const timeoutMs = wishes.readyTimeoutMs ?? 120_000;
  const wait: Step = {
    id: "wait",
    changes: "nothing: wait until the server answers",
    why: "it may take a moment to start",
    action: { kind: "wait", flavour, timeoutMs },
    isUndoable: false,
  };
  if (flavour === "lxd" && facts.snap !== undefined) {
    const refresh = refreshSteps(facts.snap.channel, wishes);
    return refresh.length > 0 || facts.server === undefined ? [...refresh, wait] : [];
  }
  if (facts.server !== undefined) return [];
  if (facts.serverProblem?.code === "SOCKET_FORBIDDEN") {
    const { message, hint } = facts.serverProblem;
    throw new InitialiserError(message, { code: "SERVER_FORBIDDEN", hint, address: facts.socketPath });
  }
  const installed = facts.packages.installed;
  const isInstalled = flavour === "lxd" ? "lxd" in installed : "incus" in installed || "incus-base" in installed;
  if (isInstalled) return [startStep(facts, flavour), wait];
  const installer = chooseInstaller(facts, flavour, wishes);
  if (installer.by === "snap") return [snapStep(facts, wishes), wait];
  return [...aptSteps(installer.packages, flavour), startStep(facts, flavour), wait];
}

function snapStep(facts: HostFacts, { channel = defaultChannel }: HostWishes): Step {
  parseChannel(channel);
  if (facts.snapd === "") {
    throw new InitialiserError("LXD comes as a snap on this host, and no snapd runs here", {
      code: "NO_INSTALLER",
      hint: facts.packages.hasApt
        ? "Install snapd (apt-get install snapd), or ask for the package instead of the snap."
        : "Install snapd and start it.",
    });
  }
  return {
    id: "install lxd",
    changes: `install the snap lxd from the channel ${channel}`,
    why: "no LXD is installed",
    action: {
      kind: "snap",
      method: "POST",
      path: "/v2/snaps/lxd",
      body: { action: "install", channel },
      snap: "lxd",
    },
    // Removing it would remove what it may already have stored.
    isUndoable: false,
  };
}

function refreshSteps(installed: string, { channel = "", allowDowngrade = false }: HostWishes): readonly Step[] {
  const change = compareChannels(installed, channel);
  if (change === "same") return [];
  if (change === "older" && !allowDowngrade) {
    throw new InitialiserError(`the snap lxd follows ${installed}, which is newer than ${channel}`, {
      code: "SNAP_DOWNGRADE",
      hint: "LXD may refuse to start with data of a newer version. Allow the downgrade expressly, or keep the channel.",
    });
  }
  return [
    {
      id: "refresh lxd",
      changes: `let the snap lxd follow ${channel} instead of ${installed}`,
      why: `the channel ${channel} is wanted`,
      action: {
        kind: "snap",
        method: "POST",
        path: "/v2/snaps/lxd",
        body: { action: "refresh", channel },
        snap: "lxd",
      },
      isUndoable: false,
    },
  ];
}

const aptEnv = { DEBIAN_FRONTEND: "noninteractive" };
/** 100 is what apt gives for anything that went wrong, such as a lock that somebody else holds. */
const retry: NonNullable<CommandAction["retry"]> = { attempts: 30, pauseMs: 10_000, exitCodes: [100] };

function aptSteps(packages: readonly string[], flavour: Flavour): readonly Step[] {
  return [
    {
      id: `install ${flavour}`,
      changes: `install the packages ${packages.join(", ")}`,
      why: `no ${flavour === "lxd" ? "LXD" : "Incus"} is installed`,
      action: { kind: "command", command: "apt-get", args: ["install", "--yes", ...packages], env: aptEnv, retry },
      isUndoable: false,
    },
  ];
}

/** Where the packages of Debian have the daemons, and the groups that may use their sockets. */
const daemons: Readonly<Record<Flavour, { readonly start: string; readonly unit: string }>> = {
  lxd: {
    unit: "lxd.service",
    start:
      "mkdir -p /var/lib/lxd /var/log/lxd && " +
      "setsid lxd --group lxd --logfile=/var/log/lxd/lxd.log </dev/null >/dev/null 2>&1 &",
  },
  incus: {
    unit: "incus.service",
    start:
      "mkdir -p /var/lib/incus /var/log/incus /run/incus && " +
      "setsid /usr/libexec/incus/incusd --group incus-admin --logfile=/var/log/incus/incusd.log </dev/null >/dev/null 2>&1 &",
  },
};

function startStep({ hasSystemd }: HostFacts, flavour: Flavour): Step {
  const { unit, start } = daemons[flavour];
  const [command, ...args] = hasSystemd ? ["systemctl", "start", unit] : ["sh", "-c", start];
  return {
    id: `start ${flavour}`,
    changes: hasSystemd ? `start ${unit}` : "start the daemon on its own, as no init system runs here",
    why: "the server does not answer",
    action: { kind: "command", command: command ?? "sh", args },
    isUndoable: false,
  };
}
