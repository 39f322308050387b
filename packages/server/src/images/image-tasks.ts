import type { ServerHost } from "../server-host.ts";
import { findImageByAlias, type FindImageByAliasOptions } from "./find-image-by-alias.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** What a server does with images. */
export interface ImageTasks {
  /** Finds an image by alias in the server's store and in simplestreams servers; downloads nothing. */
  findImageByAlias(alias: string, options?: FindImageByAliasOptions): Promise<SourcedImage>;
}

/** Makes the tasks on one server's images. */
export function imageTasks({ client, flavour, info }: ServerHost): ImageTasks {
  return {
    findImageByAlias: (alias, find) =>
      findImageByAlias({ client, flavour, architectures: info.environment?.architectures ?? [] }, alias, find),
  };
}
