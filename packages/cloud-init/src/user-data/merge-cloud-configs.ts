import { isDeepStrictEqual } from "node:util";
import { type DataProblem, refuseProblems } from "../cloud-init-data-error.ts";
import { isMap, type YamlMap } from "../yaml/read-yaml.ts";

/** A document with the name that errors call it by. */
export interface NamedConfig {
  readonly name: string;
  readonly config: YamlMap;
}

/** Which of two different values of one key counts: none, so that it is an error, or that of the first or last document. */
export type ConflictRule = "refuse" | "first" | "last";

/**
 * Merges documents in their order: lists are appended, maps merged, and what is neither has to be the same everywhere.
 * A key without a value counts as absent. Two users of one name and two files of one path, of which cloud-init would
 * heed one without a word, have to be the same too, and stand there once then; a file with `append` is another matter.
 *
 * @throws {CloudInitDataError} `CLOUD_CONFIG_CONFLICT`.
 */
export function mergeCloudConfigs(documents: readonly NamedConfig[], rule: ConflictRule = "refuse"): YamlMap {
  const problems: DataProblem[] = [];
  let merged: YamlMap = {};
  for (const { name, config } of documents) {
    merged = mergeMaps(merged, config, "", (path) => {
      if (rule === "refuse") problems.push(conflict(path, name));
      return rule === "last";
    });
  }
  refuseProblems("documents of user data contradict each other", "CLOUD_CONFIG_CONFLICT", problems);
  return merged;
}

function conflict(path: string, name: string): DataProblem {
  return {
    path,
    message: `is another one in ${name} than before`,
    hint: "Say it in one document only, or choose which counts with onConflict.",
  };
}

/** Says whether the newer of two values counts. */
type Decide = (path: string) => boolean;

function mergeMaps(older: YamlMap, newer: YamlMap, at: string, decide: Decide): YamlMap {
  const merged = new Map(Object.entries(older));
  for (const [key, value] of Object.entries(newer)) {
    if (value === undefined || value === null) continue;
    const path = at === "" ? key : `${at}.${key}`;
    merged.set(key, mergeValues(merged.get(key), value, path, decide));
  }
  return Object.fromEntries(merged);
}

function mergeValues(older: unknown, newer: unknown, path: string, decide: Decide): unknown {
  if (older === undefined || older === null) return newer;
  if (Array.isArray(older) && Array.isArray(newer)) return mergeLists(older, newer, path, decide);
  if (isMap(older) && isMap(newer)) return mergeMaps(older, newer, path, decide);
  if (isDeepStrictEqual(older, newer)) return older;
  return decide(path) ? newer : older;
}

function mergeLists(older: readonly unknown[], newer: readonly unknown[], path: string, decide: Decide): unknown[] {
  const merged = [...older];
  for (const item of newer) {
    const name = nameOf(item, path);
    const index = name === undefined ? -1 : merged.findIndex((other) => nameOf(other, path) === name);
    if (index === -1) merged.push(item);
    else if (!isDeepStrictEqual(merged[index], item) && decide(`${path}[${String(index)}]`)) merged[index] = item;
  }
  return merged;
}

/** What makes two items of a list the same thing; undefined where each item stands for itself. */
function nameOf(item: unknown, path: string): unknown {
  if (path === "users") return isMap(item) ? item["name"] : item;
  if (path === "write_files" && isMap(item) && item["append"] !== true) return item["path"];
  return undefined;
}
