import { CloudInitDataError } from "../cloud-init-data-error.ts";
import { checkSize } from "../size-limit.ts";
import type { YamlMap } from "../yaml/read-yaml.ts";
import { readYamlMap } from "../yaml/read-yaml.ts";
import { writeYaml, type YamlValue } from "../yaml/write-yaml.ts";
import { checkCloudConfig } from "./check-cloud-config.ts";
import type { CloudConfig } from "./cloud-config.ts";
import { documentKind } from "./document-kind.ts";
import { type ConflictRule, mergeCloudConfigs, type NamedConfig } from "./merge-cloud-configs.ts";
import { writeMultiPart } from "./multi-part.ts";
import { type ProxySettings, proxyConfig } from "./proxies.ts";

/** A document of user data as its author wrote it: the text, or the text with a name for errors. */
export type UserDataDocument = string | { readonly name: string; readonly text: string };

/** What user data is made of. */
export interface UserDataInput {
  /** One document or several of `#cloud-config`. */
  readonly config?: CloudConfig | readonly CloudConfig[] | undefined;
  readonly proxies?: ProxySettings | undefined;
  /** Documents of any kind that cloud-init reads, each with its first line. */
  readonly documents?: readonly UserDataDocument[] | undefined;
}

/** Options of {@link buildUserData}. */
export interface UserDataOptions {
  /** Which of two different values of one key counts; `refuse` by default. */
  readonly onConflict?: ConflictRule | undefined;
  /** Bytes; 1 MiB by default. */
  readonly sizeLimit?: number | undefined;
}

/**
 * The text of user data: all documents of `#cloud-config` merged into one, in the order config, proxies, documents.
 * Where there are others too, such as scripts, it has several parts, the merged one first and the others in their
 * order. A lone document stays as it is.
 *
 * @throws {CloudInitDataError} `USER_DATA_INVALID` for a document that cloud-init would leave out or cannot read,
 * `CLOUD_CONFIG_INVALID` for a key, `CLOUD_CONFIG_CONFLICT`, `PROXY_INVALID`, `TEXT_NOT_UNICODE`,
 * `CLOUD_INIT_DATA_TOO_LARGE`.
 */
export function buildUserData(input: UserDataInput, options: UserDataOptions = {}): string {
  const { config = [], proxies, documents = [] } = input;
  const raw = documents.map(readDocument);
  const configs: NamedConfig[] = (Array.isArray(config) ? (config as readonly CloudConfig[]) : [config as CloudConfig])
    .concat(proxies === undefined ? [] : [proxyConfig(proxies)])
    .map((one, index) => ({ name: `config ${String(index + 1)}`, config: one }));
  for (const { name, config: own } of configs) checkCloudConfig(own, name);
  const [lone] = raw;
  const text =
    configs.length === 0 && raw.length === 1 && lone !== undefined
      ? lone.text
      : joinDocuments([...configs, ...raw], options.onConflict);
  checkSize("user data", text, options.sizeLimit);
  return text;
}

interface ReadDocument {
  readonly name: string;
  readonly text: string;
  /** What it holds if it can be merged. */
  readonly config?: YamlMap;
}

function readDocument(document: UserDataDocument, index: number): ReadDocument {
  const { name, text } =
    typeof document === "string" ? { name: `document ${String(index + 1)}`, text: document } : document;
  const kind = documentKind(text);
  if (kind === undefined) {
    const problem = {
      path: "",
      message: text.trim() === "" ? "is empty" : "is no user data for cloud-init",
      hint: "It begins with a line such as #cloud-config or #!/bin/sh.",
    };
    throw new CloudInitDataError(`${name} ${problem.message}`, {
      code: "USER_DATA_INVALID",
      hint: problem.hint,
      problems: [problem],
    });
  }
  if (kind !== "cloud-config") return { name, text };
  const config = readYamlMap(text, { what: name, code: "USER_DATA_INVALID" });
  checkCloudConfig(config, name);
  return { name, text, config };
}

function joinDocuments(
  documents: readonly (NamedConfig | ReadDocument)[],
  onConflict: ConflictRule | undefined,
): string {
  const configs = documents.flatMap(({ name, config }) => (config === undefined ? [] : [{ name, config }]));
  const others = documents.flatMap((document) =>
    document.config === undefined && "text" in document ? [document.text] : [],
  );
  const merged = mergeCloudConfigs(configs, onConflict);
  const first = `#cloud-config\n${writeYaml(merged as { readonly [key: string]: YamlValue })}`;
  if (others.length === 0) return first;
  return writeMultiPart(Object.keys(merged).length === 0 ? others : [first, ...others]);
}
