import type { ServerHost } from "../server-host.ts";
import { type EditOptions, editResource, type ResourceEdit } from "./edit-resource.ts";

/**
 * As {@link editResource}, after all others that change the same object of the same project through this server. LXD 5.0
 * and Incus 6.0 compare ETags some time before they write profiles, networks and their own configuration, so of changes
 * that they get at the same time all but one would be lost without a word. Other programs can still come in between.
 */
export function editInTurn<T, B>(
  { client, edits }: Pick<ServerHost, "client" | "edits">,
  object: string,
  edit: ResourceEdit<T, B>,
  options: EditOptions = {},
): Promise<boolean> {
  const { project = "default" } = client.place;
  return edits.take(`${project} ${object}`, () => editResource(edit, options), options.signal);
}
