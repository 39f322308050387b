import type { Flavour } from "@lxdkit/protocol";

/** One part of a path as Go escapes it. */
function escapePart(text: string): string {
  return encodeURIComponent(text)
    .replace(/%(?:24|26|2B|3D|3A|40)/g, decodeURIComponent)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * The URL by which the server names an object: `parts` below `/1.0`, with its project unless that is the default one.
 * LXD 5.0.2 escapes parts twice, Incus once: measured with names that hold spaces, slashes and umlauts.
 */
export function apiUrl(flavour: Flavour, parts: readonly string[], project = "default"): string {
  const path = parts.map((part) => escapePart(part));
  const escaped = flavour === "lxd" ? path.map((part) => part.replaceAll("%", "%25")) : path;
  const query = project === "default" ? "" : `?project=${encodeURIComponent(project)}`;
  return `/1.0/${escaped.join("/")}${query}`;
}
