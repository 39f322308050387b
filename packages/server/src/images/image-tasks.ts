import type { ServerHost } from "../server-host.ts";
import { copyRemoteImage, type CopyRemoteImageOptions } from "./copy-remote-image.ts";
import { findImageOfSeries, type FindImageOptions } from "./find-image.ts";
import { findImageByAlias, type FindImageByAliasOptions } from "./find-image-by-alias.ts";
import type { ImageSource } from "./image-source.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** What a server does with images. */
export interface ImageTasks {
  /**
   * Finds the image of a series (`jammy`) for an architecture, the server's own unless given: on the server, then on
   * each source. With `copyLocal` the server gets a copy, which is downloaded once for all who want it.
   */
  findImage(
    series: string,
    architecture: string | undefined,
    sources: readonly ImageSource[],
    options?: FindImageOptions,
  ): Promise<SourcedImage>;
  /** Finds an image by alias in the server's store and on image servers; downloads nothing. */
  findImageByAlias(alias: string, options?: FindImageByAliasOptions): Promise<SourcedImage>;
  /** Lets the server copy an image that was found elsewhere, and gives it aliases. */
  copyRemoteImage(
    image: SourcedImage,
    aliases: readonly string[],
    options?: CopyRemoteImageOptions,
  ): Promise<SourcedImage>;
}

/** Makes the tasks on one server's images. */
export function imageTasks(host: ServerHost): ImageTasks {
  return {
    findImage: (series, architecture, sources, options) =>
      findImageOfSeries(host, { series, architecture, sources }, options),
    findImageByAlias: (alias, options) => findImageByAlias(host, alias, options),
    copyRemoteImage: (image, aliases, options) => copyRemoteImage(host, image, aliases, options),
  };
}
