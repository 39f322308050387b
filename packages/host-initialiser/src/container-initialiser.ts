import type { HostAccess } from "./host/host-access.ts";
import { proxiesOfEnvironment } from "./host/proxy-settings.ts";
import { initialiseHost } from "./initialise-host.ts";
import type { HostWishes } from "./plan/host-wishes.ts";
import type { AppliedSteps, ApplyStepsOptions } from "./steps/apply-steps.ts";

/** Makes a host able to run containers. */
export interface ContainerInitialiser {
  /** Does all that is needed, and nothing on a host that is ready. Off Linux it does nothing. */
  initialise(options?: ApplyStepsOptions): Promise<AppliedSteps>;
}

/** Options of {@link newContainerInitialiser}. */
export interface ContainerInitialiserOptions {
  /** The host; `localHost({ environment })` for this machine. */
  readonly host: HostAccess;
  /** More of what the host is to become. */
  readonly wishes?: Omit<HostWishes, "channel"> | undefined;
}

/**
 * The initialiser of a host whose LXD comes from this channel of the snap store, where it comes from there. The proxies
 * of the environment become those of the server.
 */
export function newContainerInitialiser(
  lxdSnapChannel: string,
  { host, wishes = {} }: ContainerInitialiserOptions,
): ContainerInitialiser {
  return {
    async initialise(options = {}) {
      if (host.platform !== "linux") return { changed: [], unchanged: [] };
      const proxies = proxiesOfEnvironment(host.environment);
      return initialiseHost(host, { proxies, ...wishes, channel: lxdSnapChannel }, options);
    },
  };
}
