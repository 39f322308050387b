/** The two families of servers that speak this API. */
export type Flavour = "lxd" | "incus";

/** The name that people use for a flavour. */
export function flavourTitle(flavour: Flavour): string {
  return flavour === "lxd" ? "LXD" : "Incus";
}

/** The prefix of the flavour's own HTTP headers; neither family reads the other's. */
export function headerPrefix(flavour: Flavour): "X-LXD-" | "X-Incus-" {
  return flavour === "lxd" ? "X-LXD-" : "X-Incus-";
}
