import { LxdkitError, MultipleErrors } from "@lxdkit/protocol";
import { errorText } from "../server-error.ts";

/** Where an image was looked for, and why it was not found there. */
export interface SearchedPlace {
  readonly name: string;
  readonly cause: unknown;
}

/**
 * The error of a search that found nothing: `IMAGE_NOT_FOUND` when no place has the image, `IMAGE_SEARCH_FAILED` when
 * one could not be read. Each place is named, with its cause.
 *
 * @param wanted - For example `container image "jammy"`.
 */
export function searchFailed(wanted: string, places: readonly SearchedPlace[]): MultipleErrors {
  const causes = places.map(({ cause }) => cause);
  const details = places.map(({ name, cause }) => `${name}: ${errorText(cause)}`).join("; ");
  const isEverywhereMissing = causes.every((cause) => LxdkitError.is(cause) && cause.code === "IMAGE_NOT_FOUND");
  return new MultipleErrors(`no matching image found for ${wanted} (${details || "nowhere to look"})`, causes, {
    code: isEverywhereMissing ? "IMAGE_NOT_FOUND" : "IMAGE_SEARCH_FAILED",
    cause: causes.at(-1),
    step: "find image",
    hint: hints(causes) ?? "Name an image server to look at.",
  });
}

function hints(causes: readonly unknown[]): string | undefined {
  const all = causes.flatMap((cause) => (LxdkitError.is(cause) && cause.hint !== undefined ? [cause.hint] : []));
  return all.length > 0 ? [...new Set(all)].join(" ") : undefined;
}
