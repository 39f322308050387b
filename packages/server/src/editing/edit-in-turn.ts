import type { ServerHost } from "../server-host.ts";
import { type EditOptions, editResource, type ResourceEdit } from "./edit-resource.ts";

/** As {@link editResource}, after all others that change the same object of the same project through this server. */
export function editInTurn<T, B>(
  { client, edits }: Pick<ServerHost, "client" | "edits">,
  object: string,
  edit: ResourceEdit<T, B>,
  options: EditOptions = {},
): Promise<boolean> {
  const { project = "default" } = client.place;
  return edits.inTurn(`${project} ${object}`, () => editResource(edit, options), options.signal);
}
