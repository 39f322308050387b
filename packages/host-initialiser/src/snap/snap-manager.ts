import type { Snapd } from "./snapd.ts";
import { SnapdError } from "./snapd-error.ts";

/** Asks for and changes the channels of snaps that are installed. */
export interface SnapManager {
  /** The channel that a snap follows; empty when it is not installed, or no snapd runs here. */
  installedChannel(snap: string, options?: { readonly signal?: AbortSignal | undefined }): Promise<string>;
  /**
   * Lets a snap follow another channel and refreshes it.
   *
   * @throws {SnapdError}
   */
  changeChannel(
    snap: string,
    channel: string,
    options?: { readonly signal?: AbortSignal | undefined; readonly onProgress?: ((text: string) => void) | undefined },
  ): Promise<void>;
}

/** The {@link SnapManager} of a snapd. */
export function createSnapManager(snapd: Pick<Snapd, "find" | "change">): SnapManager {
  return {
    async installedChannel(snap, options) {
      try {
        return (await snapd.find(snap, options))?.channel ?? "";
      } catch (error) {
        if (SnapdError.is(error) && error.code === "SNAPD_NOT_FOUND") return "";
        throw error;
      }
    },
    changeChannel: (snap, channel, options) => snapd.change(snap, { action: "refresh", channel }, options),
  };
}
