/** What a part of a preseed may be. */
export type Shape =
  | { readonly is: "text" }
  | { readonly is: "boolean" }
  /** A map of texts. */
  | { readonly is: "texts" }
  /** A map of maps of texts. */
  | { readonly is: "devices" }
  | { readonly is: "fields"; readonly fields: Fields }
  | { readonly is: "list"; readonly fields: Fields };

/** The keys of a map and what each may be. */
export type Fields = Readonly<Record<string, Shape>>;

const text: Shape = { is: "text" };
const texts: Shape = { is: "texts" };
const named: Fields = { name: text, description: text, config: texts };

/** The keys of a preseed. */
export const preseedFields: Fields = {
  config: texts,
  networks: { is: "list", fields: { ...named, type: text, project: text } },
  storage_pools: { is: "list", fields: { ...named, driver: text } },
  storage_volumes: { is: "list", fields: { ...named, type: text, pool: text, project: text, content_type: text } },
  profiles: { is: "list", fields: { ...named, devices: { is: "devices" }, project: text } },
  projects: { is: "list", fields: named },
  cluster: {
    is: "fields",
    fields: {
      enabled: { is: "boolean" },
      server_name: text,
      server_address: text,
      cluster_address: text,
      cluster_certificate: text,
      cluster_certificate_path: text,
      cluster_password: text,
      cluster_token: text,
      member_config: { is: "list", fields: { entity: text, name: text, key: text, value: text, description: text } },
    },
  },
};
