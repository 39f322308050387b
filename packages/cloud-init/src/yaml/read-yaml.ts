import { isMap as isMapNode, isScalar, parseDocument, type Scalar, visit } from "yaml";
import { CloudInitDataError, type DataProblem } from "../cloud-init-data-error.ts";

/** A map of YAML, read. */
export type YamlMap = Readonly<Record<string, unknown>>;

/** Whether a value is a map of keys. */
export function isMap(value: unknown): value is YamlMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What PyYAML, which cloud-init reads with, takes for a number; other readers of YAML 1.1 take more. */
const integer = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const float =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/**
 * Reads a document as cloud-init does, by the rules of YAML 1.1; a key that stands twice is refused, of which
 * cloud-init would take the last without a word.
 *
 * @throws {CloudInitDataError} with the given code.
 */
export function readYamlMap(text: string, { what, code }: { readonly what: string; readonly code: string }): YamlMap {
  const bad = (problem: DataProblem): CloudInitDataError => {
    const { message, hint } = problem;
    return new CloudInitDataError(`${what} ${message}`, { code, hint, problems: [problem] });
  };
  const document = parseDocument(text, { version: "1.1", prettyErrors: true, logLevel: "error" });
  const [error] = document.errors;
  if (error !== undefined) {
    const [place] = error.linePos ?? [];
    const where = place === undefined ? "" : ` in line ${String(place.line)}, column ${String(place.col)}`;
    const { reason, hint } = faultOf(error.code);
    throw bad({ path: "", message: `is no valid YAML${where}: ${reason}`, hint });
  }
  if (document.contents === null) return {};
  if (!isMapNode(document.contents)) {
    throw bad({ path: "", message: "is no map of keys", hint: "Write lines of the form key: value." });
  }
  visit(document, {
    Scalar(_, node) {
      if (isTextToCloudInit(node)) node.value = node.source;
    },
    Pair(_, { key, value }) {
      // An octal number is the text of a mode.
      if (!isScalar(key) || key.value !== "permissions" || !isScalar(value) || value.format !== "OCT") return;
      value.value = value.source;
    },
  });
  return document.toJS({ maxAliasCount: 1000 }) as YamlMap;
}

/** Whether it is text to cloud-init, though not to the parser used here. Dates are kept as they are written. */
function isTextToCloudInit({ type, value, source = "" }: Scalar): boolean {
  if (type !== "PLAIN") return false;
  if (typeof value === "boolean") return /^[yn]$/i.test(source);
  if (typeof value === "number") return !integer.test(source) && !float.test(source);
  return value instanceof Date;
}

interface YamlFault {
  readonly reason: string;
  readonly hint?: string;
}

/** In our own words: those of the parser show the text itself, which may be a secret. */
const faults: Readonly<Record<string, YamlFault>> = {
  DUPLICATE_KEY: {
    reason: "a key is there twice",
    hint: "Put all items below one key; cloud-init would use the last one only.",
  },
  TAB_AS_INDENT: { reason: "a tab is where spaces belong" },
  MULTIPLE_DOCS: { reason: "a second document begins" },
  BAD_INDENT: { reason: "the line is not indented as the others" },
};

function faultOf(code: string): YamlFault {
  return faults[code] ?? { reason: code.toLowerCase().replaceAll("_", " ") };
}
