import type { ImageSource } from "@lxdkit/server";
import { cloudImagesDailyRemote, cloudImagesRemote, ensureHttps, makeSimpleStreamsServerSpec } from "@lxdkit/transport";
import type { ManagerSettings } from "../configuration/manager-settings.ts";
import { ManagerError } from "../manager-error.ts";

/**
 * The image servers that a manager asks, in this order: the one that is configured, then the official releases unless
 * the stream is `daily`, then the official daily images.
 *
 * @throws {ManagerError} `IMAGE_URL_INVALID` for an address that is no `https:` or `http:` URL or host.
 */
export function imageSources(
  settings: Pick<ManagerSettings, "imageMetadataUrl" | "imageStream"> &
    Partial<Pick<ManagerSettings, "imageDefaultsDisabled">>,
): ImageSource[] {
  const { imageMetadataUrl: url, imageStream, imageDefaultsDisabled = false } = settings;
  const custom = url === "" ? [] : [customSource(url)];
  if (imageDefaultsDisabled) return custom;
  const released = imageStream === "daily" ? [] : [cloudImagesRemote];
  return [...custom, ...released, cloudImagesDailyRemote];
}

function customSource(url: string): ImageSource {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1] ?? "https";
  const host = ensureHttps(url);
  if (!["https", "http"].includes(scheme) || !URL.canParse(host)) {
    throw new ManagerError(`${JSON.stringify(url)} is no address of an image server`, {
      code: "IMAGE_URL_INVALID",
      hint: "Give the https URL of a simplestreams server.",
    });
  }
  return makeSimpleStreamsServerSpec(host.replace(/^https:\/\//, ""), host);
}
