/** Which keys of an instance's config carry the data: the older `user.*`, which every image reads, or `cloud-init.*`. */
export type CloudInitKeyFamily = "user" | "cloud-init";

/** The names of the keys of one family. */
export interface CloudInitKeys {
  readonly userData: string;
  readonly vendorData: string;
  readonly networkConfig: string;
}

/** Names the keys of a family, for example `user.user-data`. The family is also the prefix. */
export function cloudInitKeys(family: CloudInitKeyFamily = "user"): CloudInitKeys {
  return {
    userData: `${family}.user-data`,
    vendorData: `${family}.vendor-data`,
    networkConfig: `${family}.network-config`,
  };
}

/** What a config holds for cloud-init. */
export interface CloudInitData {
  readonly userData?: string;
  readonly vendorData?: string;
  readonly networkConfig?: string;
}

/** The data that counts in a config: where both families have a text, that of `cloud-init.*`. */
export function cloudInitDataOf(config: Readonly<Record<string, string>>): CloudInitData {
  const data: Record<string, string> = {};
  for (const family of ["user", "cloud-init"] as const) {
    for (const [name, key] of Object.entries<string>({ ...cloudInitKeys(family) })) {
      const text = config[key];
      if (text !== undefined && text !== "") data[name] = text;
    }
  }
  return data;
}
