import type { YamlValue } from "../yaml/write-yaml.ts";

/** A user of the instance, in cloud-init's own words; keys that are not named here are handed on. */
export interface CloudUser {
  readonly name: string;
  readonly gecos?: string;
  readonly primary_group?: string;
  /** A list, or one text with commas. */
  readonly groups?: string | readonly string[];
  readonly homedir?: string;
  readonly shell?: string;
  /** Rules of sudo, for example `ALL=(ALL) NOPASSWD:ALL`. */
  readonly sudo?: string | readonly string[] | false | null;
  readonly lock_passwd?: boolean;
  /** Hashes, as in `/etc/shadow`. */
  readonly passwd?: string;
  readonly hashed_passwd?: string;
  readonly plain_text_passwd?: string;
  readonly ssh_authorized_keys?: readonly string[];
  readonly ssh_import_id?: readonly string[];
  readonly system?: boolean;
  readonly uid?: number | string;
  readonly [key: string]: YamlValue | undefined;
}

/** A file that cloud-init writes; keys that are not named here are handed on. */
export interface CloudFile {
  /** From the root. */
  readonly path: string;
  readonly content?: string;
  /** How `content` is packed, for example `b64` or `gz+b64`; plain text by default. */
  readonly encoding?: string;
  /** `user:group`; root's by default. */
  readonly owner?: string;
  /** Octal digits, `0644` by default. */
  readonly permissions?: string;
  readonly append?: boolean;
  /** Written after users and packages are there. */
  readonly defer?: boolean;
  readonly [key: string]: YamlValue | undefined;
}

/** A command: a line for the shell, or the words of a program. */
export type CloudCommand = string | readonly string[];

/** A `#cloud-config` document, in cloud-init's own words; keys that are not named here are handed on. */
export interface CloudConfig {
  readonly hostname?: string;
  readonly fqdn?: string;
  readonly manage_etc_hosts?: boolean | "localhost";
  readonly preserve_hostname?: boolean;
  readonly timezone?: string;
  readonly locale?: string | false;
  /** `default` stands for the user that the image makes; it is not made when the list lacks it. */
  readonly users?: readonly (string | CloudUser)[];
  readonly groups?: readonly (string | Readonly<Record<string, readonly string[]>>)[];
  /** Keys of the image's default user. */
  readonly ssh_authorized_keys?: readonly string[];
  /** Names, or names with versions. */
  readonly packages?: readonly (
    | string
    | readonly [name: string, version: string]
    | Readonly<Record<string, YamlValue>>
  )[];
  readonly package_update?: boolean;
  readonly package_upgrade?: boolean;
  readonly package_reboot_if_required?: boolean;
  readonly write_files?: readonly CloudFile[];
  /** Run at each boot, early. */
  readonly bootcmd?: readonly CloudCommand[];
  /** Run once, after everything else of the document. */
  readonly runcmd?: readonly CloudCommand[];
  readonly [key: string]: YamlValue | undefined;
}
