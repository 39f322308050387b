import type { CloudInitConfigOptions } from "@lxdkit/cloud-init";
import type { FindImageOptions, ImageSource, MemberFacts, Server, Sleep } from "@lxdkit/server";
import type { ManagerSettings } from "./configuration/manager-settings.ts";
import type { Namespace } from "./naming/namespace.ts";
import type { OnNotice } from "./notice.ts";

/** What a manager is made of; its parts are given this. */
export interface ManagerHost {
  readonly settings: ManagerSettings;
  readonly namespace: Namespace;
  /** Config key whose value is the model that a container belongs to. */
  readonly ownerKey: string;
  readonly sources: readonly ImageSource[];
  readonly images: Pick<FindImageOptions, "aliasPrefix" | "cache" | "proxy" | "autoUpdate" | "sleep">;
  readonly cloudInit: CloudInitConfigOptions;
  /** Whether the host's ends of NICs are named after the machine. */
  readonly hostNames: boolean;
  readonly random: ((size: number) => Uint8Array) | undefined;
  readonly sleep: Sleep | undefined;
  zonesOf(member: MemberFacts["member"]): readonly string[];
  readonly onNotice: OnNotice | undefined;
  /** The server, which is opened when it is wanted for the first time. */
  server(signal?: AbortSignal): Promise<Server>;
}
