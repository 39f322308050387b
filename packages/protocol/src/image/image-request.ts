import type { InstanceType } from "./image.ts";

/** Where the server takes a new image from. */
export interface ImageSource {
  /** `image`: another server; `url`: a web server; the others: publish what is on this server. */
  readonly type: "image" | "url" | "instance" | "container" | "virtual-machine" | "snapshot";
  /** `pull` (default): the server downloads; `push`: the answer is a token for an upload. */
  readonly mode?: "pull" | "push";
  /** URL of the image server. */
  readonly server?: string;
  readonly protocol?: "simplestreams" | "lxd" | "incus" | "oci";
  /** PEM certificate of the image server. */
  readonly certificate?: string;
  readonly alias?: string;
  readonly fingerprint?: string;
  /** Secret for a private image. */
  readonly secret?: string;
  readonly image_type?: InstanceType;
  /** Project of the image on its server. */
  readonly project?: string;
  /** Of type `url`. */
  readonly url?: string;
  /** Instance to publish, or `instance/snapshot`. */
  readonly name?: string;
}

/** JSON body of `POST /1.0/images`; files are uploaded with headers instead. */
export interface ImagesPost {
  readonly source?: ImageSource;
  readonly aliases?: readonly { readonly name: string; readonly description?: string }[];
  readonly auto_update?: boolean;
  readonly public?: boolean;
  readonly properties?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly expires_at?: string;
  readonly profiles?: readonly string[];
  readonly filename?: string;
  /** For example `gzip`, `zstd` or `none`. */
  readonly compression_algorithm?: string;
  /** `unified` or `split`. Incus only. */
  readonly format?: string;
}

/** Body of `PUT` (replaces) and `PATCH /1.0/images/{fingerprint}` (merges). */
export interface ImagePut {
  readonly auto_update?: boolean;
  readonly public?: boolean;
  readonly properties?: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly expires_at?: string;
  readonly profiles?: readonly string[];
}

/** Body of `POST /1.0/images/{fingerprint}/export`: pushes to another server. */
export interface ImageExportPost {
  /** URL of the other server. */
  readonly target: string;
  /** Secret of the operation on the other server. */
  readonly secret: string;
  /** PEM certificate of the other server. */
  readonly certificate?: string;
  readonly aliases?: readonly { readonly name: string; readonly description?: string }[];
  /** Project on the other server. */
  readonly project?: string;
  readonly profiles?: readonly string[];
}

/** Body of `PUT` (replaces) and `PATCH /1.0/images/aliases/{name}` (merges). */
export interface ImageAliasPut {
  readonly description?: string;
  /** Fingerprint. */
  readonly target?: string;
}

/** Body of `POST /1.0/images/aliases`. */
export interface ImageAliasesPost {
  readonly name: string;
  /** Fingerprint. */
  readonly target: string;
  readonly description?: string;
  readonly type?: InstanceType;
}

/** Body of `POST /1.0/images/aliases/{name}`: the new name. */
export interface ImageAliasPost {
  readonly name: string;
}
