import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { bedsFolder, findBeds, type FoundBed, isKept } from "../bed-folder.ts";
import type { BedChoice } from "./parse-arguments.ts";

/** What `up` records about a bed that lasts. */
export interface LastingRecord {
  readonly flavour: Flavour;
  readonly version: string;
  readonly members: number;
  readonly cloudImage: boolean;
  /** When it was open, in ISO form. */
  readonly since: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A bed of this machine that someone still takes care of; with a record when it lasts. */
export interface LiveBed extends FoundBed {
  readonly record: LastingRecord | undefined;
}

const fileName = "lasting.json";

/** Records that a bed lasts. */
export function writeRecord(directory: string, record: LastingRecord): void {
  const draft = join(directory, `${fileName}.new`);
  writeFileSync(draft, JSON.stringify(record));
  renameSync(draft, join(directory, fileName));
}

function readRecord(directory: string): LastingRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(directory, fileName), "utf8")) as LastingRecord;
  } catch {
    return undefined;
  }
}

/** The beds of this machine that someone still takes care of. */
export function liveBeds(): readonly LiveBed[] {
  return findBeds(bedsFolder())
    .filter(isKept)
    .map((bed) => ({ ...bed, record: readRecord(bed.directory) }));
}

/** A lasting bed as it was asked for; what was not asked for may be anything. */
export function findLastingBed(choice: BedChoice): (LiveBed & { readonly record: LastingRecord }) | undefined {
  for (const bed of liveBeds()) {
    const { record } = bed;
    const isRight =
      record !== undefined &&
      (choice.flavour ?? record.flavour) === record.flavour &&
      (choice.members ?? record.members) === record.members &&
      (!choice.cloudImage || record.cloudImage);
    if (isRight) return { ...bed, record };
  }
  return undefined;
}
