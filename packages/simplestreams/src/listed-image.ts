import type { Flavour, InstanceType } from "@lxdkit/protocol";
import type { OwnNames } from "./alias-table.ts";
import type { StreamImage } from "./stream-image.ts";

/** An image of a stream in the form of `GET /1.0/images/{fingerprint}`, as the `lxc` and `incus` programs list it. */
export interface ListedImage {
  readonly fingerprint: string;
  readonly type: InstanceType;
  readonly architecture: string;
  /** Null for none, as those programs print it. */
  readonly aliases: readonly { readonly name: string; readonly description: string }[] | null;
  readonly properties: Readonly<Record<string, string>>;
  readonly filename: string;
  /** Bytes of all files. */
  readonly size: number;
  readonly public: boolean;
  readonly cached: boolean;
  readonly auto_update: boolean;
  readonly profiles: null;
  readonly created_at: string;
  readonly uploaded_at: string;
  readonly expires_at: string;
  readonly last_used_at: string;
  /** Only in lists of `incus`, and empty. */
  readonly project?: string;
}

/** Puts an image into the API's form. Names without architecture are shown at images of the native one. */
export function listedImage(
  image: StreamImage,
  names: OwnNames,
  { nativeArchitecture, flavour }: { readonly nativeArchitecture: string; readonly flavour: Flavour },
): ListedImage {
  const isNative = image.architecture === nativeArchitecture;
  const shown = (names.get(image) ?? []).flatMap((name) => [
    ...(isNative ? [name] : []),
    `${name}/${image.streamArchitecture}`,
  ]);
  return {
    fingerprint: image.fingerprint,
    type: image.type,
    architecture: image.architecture,
    aliases: shown.length === 0 ? null : shown.map((name) => ({ name, description: "" })),
    properties: image.properties,
    filename: image.files[0]?.path.split("/").at(-1) ?? "",
    size: image.sizeBytes,
    public: true,
    cached: false,
    auto_update: false,
    profiles: null,
    created_at: image.createdAt,
    uploaded_at: image.createdAt,
    expires_at: image.expiresAt,
    last_used_at: "0001-01-01T00:00:00Z",
    ...(flavour === "incus" ? { project: "" } : {}),
  };
}
