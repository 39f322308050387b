import type { Operation } from "@lxdkit/protocol";

/** The names of the instances that an operation works on, read from the URLs of its resources. */
export function operationInstances({ resources }: Operation): string[] {
  const urls = resources["instances"] ?? resources["containers"] ?? [];
  return urls.map((url) => decodeURIComponent(url.split("?")[0]?.split("/").at(-1) ?? ""));
}
