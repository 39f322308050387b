import { stringify } from "yaml";
import type { Preseed } from "./preseed.ts";

/**
 * A preseed as YAML that `lxd init --preseed` and `incus admin init --preseed` read. Words that are truth values in
 * YAML 1.1, such as `yes`, are quoted, since these programs read that version.
 */
export function formatPreseed(preseed: Preseed): string {
  return stringify(preseed, { version: "1.1", lineWidth: 0 });
}
