import type { ServerHost } from "../server-host.ts";
import { findImage, type FindImageOptions } from "./find-image.ts";
import type { SourcedImage } from "./sourced-image.ts";

/** What a server does with images. */
export interface ImageTasks {
  /** Finds an image by alias in the server's store and in simplestreams servers; downloads nothing. */
  findImage(alias: string, options?: FindImageOptions): Promise<SourcedImage>;
}

/** Makes the tasks on one server's images. */
export function imageTasks({ client, flavour, info }: ServerHost): ImageTasks {
  return {
    findImage: (alias, find) =>
      findImage({ client, flavour, architectures: info.environment?.architectures ?? [] }, alias, find),
  };
}
