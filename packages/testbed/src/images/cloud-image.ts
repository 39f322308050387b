import { LxdkitError } from "@lxdkit/protocol";
import type { BuiltImage } from "./pack-image.ts";

/** Builds the cloud image, or takes it from the cache. */
export function cloudImage(_signal?: AbortSignal): Promise<BuiltImage> {
  return Promise.reject(new LxdkitError("later", { code: "TESTBED_IMAGE_FAILED" }));
}
