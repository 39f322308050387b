import { apiUrl } from "../core/api-url.ts";
import type { FakeState } from "../core/fake-state.ts";
import { type JsonObject, textField } from "../core/json-body.ts";
import type { ImageRecord } from "../core/records.ts";
import { OperationFailure } from "../core/refusal.ts";
import type { Caller } from "../core/router.ts";
import { tell } from "../events/lifecycle-event.ts";

/** A name that an image shall have. */
export interface WantedAlias {
  readonly name: string;
  readonly description: string;
}

/** The names in the `aliases` of a body. */
export function wantedAliases(body: JsonObject): readonly WantedAlias[] {
  const wanted = Array.isArray(body["aliases"]) ? (body["aliases"] as readonly JsonObject[]) : [];
  return wanted.map((alias) => ({ name: textField(alias, "name"), description: textField(alias, "description") }));
}

/** Gives a new image its names and tells it in `asked`; fails with the servers' own words when one is taken. */
export function addAliases(
  state: FakeState,
  { project, fingerprint, type }: Pick<ImageRecord, "project" | "fingerprint" | "type">,
  wanted: readonly WantedAlias[],
  { caller, asked }: { readonly caller: Caller; readonly asked: string },
): void {
  for (const { name, description } of wanted) {
    if (state.store.aliases.get(project, name) !== undefined) {
      throw new OperationFailure(`Alias already exists: ${name}`);
    }
    state.store.aliases.put({ project, name, description, target: fingerprint, type });
    // LXD tells only of the image.
    if (state.flavour === "lxd") continue;
    const source = apiUrl(state.flavour, ["images", "aliases", name], asked);
    tell(state, { action: "image-alias-created", source, project: asked, context: { target: fingerprint }, caller });
  }
}
