import type { FakeState } from "../../core/fake-state.ts";
import type { InstanceRecord, TemplateRule } from "../../core/records.ts";
import { filesOf } from "../files/instance-files.ts";
import { writeWithParents } from "../files/write-with-parents.ts";
import { expandedConfig } from "../instance-expansion.ts";
import { metadataOf } from "./instance-metadata.ts";

/**
 * Writes the files that come from templates, for the start and for what led to it, such as a copy. Gives the first of the
 * two for which a template is missing.
 */
export function applyTemplates(state: FakeState, instance: InstanceRecord): string | undefined {
  const waiting = instance.config["volatile.apply_template"];
  const triggers = waiting === undefined ? ["start"] : [waiting, "start"];
  return triggers.find((trigger) => !apply(state, instance, trigger));
}

function apply(state: FakeState, instance: InstanceRecord, trigger: string): boolean {
  const files = filesOf(state, instance);
  for (const [path, rule] of Object.entries(metadataOf(state, instance).templates ?? {})) {
    const template = instance.contents?.templates?.[rule.template];
    if (!rule.when.includes(trigger)) continue;
    if (rule.create_only && files.stat(path) !== undefined) continue;
    if (template === undefined) return false;
    const text = Buffer.from(template.content, "latin1").toString();
    const render = (name: string): string => valueOf(state, instance, { path, rule, trigger }, name);
    writeWithParents(
      files,
      path,
      text.replace(/\{\{\s*([^}]*?)\s*\}\}/g, (_, name: string) => render(name)),
    );
  }
  return true;
}

interface Occasion {
  readonly path: string;
  readonly rule: TemplateRule;
  readonly trigger: string;
}

/** What stands for a variable of a template; nothing for those that there are not. */
function valueOf(state: FakeState, instance: InstanceRecord, { path, rule, trigger }: Occasion, name: string): string {
  const [, key, fallback = ""] = /^config_get\(\s*"([^"]*)"\s*(?:,\s*"([^"]*)"\s*)?\)$/.exec(name) ?? [];
  if (key !== undefined) return expandedConfig(state, instance)[key] ?? fallback;
  if (name.startsWith("properties.")) return rule.properties[name.slice("properties.".length)] ?? "";
  const values: Readonly<Record<string, string>> = {
    "instance.name": instance.name,
    "container.name": instance.name,
    "instance.architecture": instance.architecture,
    "instance.type": instance.type,
    path,
    trigger,
  };
  return values[name] ?? "";
}
