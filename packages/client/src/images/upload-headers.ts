import { headerText } from "../header-text.ts";

/** What a server shall note of an image that is uploaded. */
export interface ImageDescription {
  /** What the fingerprint must turn out to be: the operation fails when it is another. */
  readonly fingerprint?: string | undefined;
  /** Also for callers that the server does not trust; false by default. */
  readonly public?: boolean | undefined;
  /** Added to those that the image itself has. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /** Of an image of one file. */
  readonly filename?: string | undefined;
  /** Profiles of instances that are created without any; the default profile unless given. */
  readonly profiles?: readonly string[] | undefined;
  /** Names that it gets. Extension `image_import_alias`: Incus. */
  readonly aliases?: readonly string[] | undefined;
  /** Secret of a token operation of {@link ImagesApi.create}, with which a caller uploads whom the server does not trust. */
  readonly secret?: string | undefined;
}

/** The headers of an upload. Values are encoded as the servers read them: maps and lists as queries. */
export function uploadHeaders(prefix: string, image: ImageDescription): Record<string, string> {
  const headers: Record<string, string> = {};
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) headers[`${prefix}${name}`] = value;
  };
  set("fingerprint", image.fingerprint);
  set("public", image.public === true ? "true" : undefined);
  set("properties", image.properties && new URLSearchParams(image.properties).toString());
  set("filename", image.filename && headerText(image.filename));
  set("profiles", image.profiles && repeated("profile", image.profiles));
  set("aliases", image.aliases && repeated("alias", image.aliases));
  set("secret", image.secret);
  return headers;
}

function repeated(key: string, values: readonly string[]): string {
  return new URLSearchParams(values.map((value): [string, string] => [key, value])).toString();
}
