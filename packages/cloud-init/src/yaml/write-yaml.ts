import { Document, isMap, isScalar, isSeq, Scalar, visit } from "yaml";
import { CloudInitDataError } from "../cloud-init-data-error.ts";
import { isPlainText } from "./plain-text.ts";

/** What a document is made of. */
export type YamlValue =
  | string
  | number
  | boolean
  | null
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue | undefined };

/** Options of {@link writeYaml}. */
export interface YamlTextOptions {
  /** Keys of maps whose lists stand in one line each. */
  readonly inline?: readonly string[];
}

/** They never stand outside of double quotes here, so replacing them in the whole text is safe. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/**
 * YAML that programs reading YAML 1.1, as cloud-init does, and programs reading 1.2 understand alike: text that either
 * could take for a number, a date, a truth value or nothing stands in double quotes.
 */
export function writeYaml(value: YamlValue, { inline = [] }: YamlTextOptions = {}): string {
  const document = new Document(value, { version: "1.2", aliasDuplicateObjects: false });
  visit(document, {
    Scalar(key, node) {
      if (typeof node.value === "string") node.type = styleOf(node.value, key === "key");
    },
    Pair(_, { key, value: map }) {
      if (!isScalar(key) || !inline.includes(String(key.value)) || !isMap(map)) return;
      for (const { value: list } of map.items) if (isSeq(list)) list.flow = true;
    },
  });
  const text = document.toString({
    lineWidth: 0,
    indentSeq: false,
    flowCollectionPadding: false,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
  return text.replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function styleOf(text: string, isKey: boolean): Scalar.Type {
  if (/\p{Surrogate}/u.test(text)) {
    throw new CloudInitDataError("a text holds half of a character", {
      code: "TEXT_NOT_UNICODE",
      hint: "Give bytes that are no text as base64, for example with encoding: b64 of a file.",
    });
  }
  if (isPlainText(text)) return Scalar.PLAIN;
  return !isKey && isReadableBlock(text) ? Scalar.BLOCK_LITERAL : Scalar.QUOTE_DOUBLE;
}

/** Scripts and files stay readable; whatever a block could change goes into quotes. */
function isReadableBlock(text: string): boolean {
  if (!/^\S[^\n]*\n/.test(text) || /[^\n\t\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/.test(text)) return false;
  return !/[\u2028\u2029]|[ \t]$|^[ \t]+$|\n\n$/m.test(text);
}
