import { debianArchitecture } from "@lxdkit/protocol";
import { ConstraintsError } from "./constraints-error.ts";
import type { Constraints } from "./constraints.ts";

/** A value of a text of constraints, and how to say what is wrong with it. */
interface Value {
  readonly text: string;
  /** Makes the error for a mistake at so many characters into the value. */
  refuse(expected: string, at?: number): ConstraintsError;
}

/** The name of each constraint, and how its value is read. */
const readers: Readonly<Record<string, (value: Value) => Constraints>> = {
  cores: (value) => ({ cores: readCount(value) }),
  mem: (value) => ({ mem: readSize(value) }),
  arch: (value) => ({ arch: readArchitecture(value) }),
  "root-disk": (value) => ({ rootDisk: readSize(value) }),
  "root-disk-source": (value) => ({ rootDiskSource: value.text }),
  "virt-type": (value) => ({ virtType: readVirtType(value) }),
  "instance-type": (value) => ({ instanceType: value.text }),
  zones: (value) => ({ zones: readZones(value) }),
};

/**
 * Reads constraints as people write them: `cores=2 mem=4G arch=arm64 root-disk=20G root-disk-source=fast
 * virt-type=virtual-machine instance-type=t2.micro zones=a,b`, in any order and with blanks between them. Sizes are
 * whole or decimal numbers of MiB, or with `G`, `T` or `P` of more; a part of a MiB counts as a whole one.
 *
 * @throws {ConstraintsError} that says where the first mistake is.
 */
export function parseConstraints(text: string): Constraints {
  let constraints: Constraints = {};
  const seen = new Set<string>();
  for (const { 0: word, index } of text.matchAll(/\S+/gu)) {
    const fail = (message: string, code: string, position: number, hint?: string): ConstraintsError =>
      new ConstraintsError(message, { code, text, position, hint });
    const at = word.indexOf("=");
    if (at < 0) throw fail(`${quote(word)} is no constraint`, "CONSTRAINT_MALFORMED", index, "Write name=value.");
    const name = word.slice(0, at);
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined;
    if (read === undefined) {
      const known = `Known are ${Object.keys(readers).join(", ")}.`;
      throw fail(`there is no constraint ${quote(name)}`, "CONSTRAINT_UNKNOWN", index, known);
    }
    if (seen.has(name)) throw fail(`${name} is given twice`, "CONSTRAINT_REPEATED", index);
    seen.add(name);
    const value: Value = {
      text: word.slice(at + 1),
      refuse: (expected, more = 0) =>
        fail(`${name} must be ${expected}`, "CONSTRAINT_BAD_VALUE", index + at + 1 + more),
    };
    if (value.text === "") throw value.refuse("followed by a value");
    constraints = { ...constraints, ...read(value) };
  }
  return constraints;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

function readCount({ text, refuse }: Value): number {
  const count = Number(text);
  const wrong = text.search(/[^0-9]/);
  if (wrong >= 0) throw refuse("a whole number", wrong);
  if (!Number.isSafeInteger(count)) throw refuse("a smaller number");
  return count;
}

/** MiB by unit. */
const units: Readonly<Record<string, bigint>> = { M: 1n, G: 1n << 10n, T: 1n << 20n, P: 1n << 30n };

/** No server has more: MiB of just below 8 EiB, which is what servers can count. */
const largestMiB = (1n << 43n) - 1n;

function readSize({ text, refuse }: Value): number {
  const match = /^([0-9]+)(?:\.([0-9]+))?(?:([MGTP])(?:iB)?)?$/.exec(text);
  if (match === null) throw refuse("a size such as 512M or 4G", wrongInSize(text));
  const [, whole = "", fraction = "", unit = "M"] = match;
  if (whole.length + fraction.length > 40) throw refuse("a size with fewer digits");
  const scale = 10n ** BigInt(fraction.length);
  const factor = units[unit] ?? 1n;
  const mebibytes = (BigInt(whole + fraction) * factor + scale - 1n) / scale;
  if (mebibytes > largestMiB) throw refuse("smaller than 8 EiB");
  return Number(mebibytes);
}

/** How many characters of the text could begin a size. */
function wrongInSize(text: string): number {
  return /^(?:[0-9]+(?:\.(?:[0-9]+[MGTP]?)?|[MGTP])?)?/.exec(text)?.[0].length ?? 0;
}

const architectures: ReadonlySet<string> = new Set([
  ...["amd64", "i386", "arm64", "armhf", "armel", "ppc64el", "s390x", "riscv64", "loong64"],
  // The kernel's names of some of them.
  ...["x86_64", "i686", "aarch64", "armv7l", "ppc64le"],
]);

function readArchitecture({ text, refuse }: Value): string {
  if (!architectures.has(text)) throw refuse("an architecture such as amd64, arm64, armhf, ppc64el, riscv64 or s390x");
  return debianArchitecture(text);
}

function readVirtType({ text, refuse }: Value): "container" | "virtual-machine" {
  if (text === "container" || text === "virtual-machine") return text;
  throw refuse("container or virtual-machine");
}

function readZones({ text, refuse }: Value): string[] {
  const zones = text.split(",");
  let at = 0;
  for (const zone of zones) {
    if (zone === "") throw refuse("names with one comma between them", at);
    at += zone.length + 1;
  }
  return zones;
}
