import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import { SimplestreamsError } from "../simplestreams-error.ts";
import { kernelArchitecture } from "../stream-architecture.ts";

/** What is said of the images in a folder `OS/RELEASE/ARCHITECTURE/VARIANT`, in its `image.json`. */
export interface ImageNotes {
  /** `OS/RELEASE/VARIANT`, and for the variant `default` also `OS/RELEASE`, unless given. */
  readonly aliases?: readonly string[] | undefined;
  /** For example `22.04 LTS`; the release unless given. */
  readonly releaseTitle?: string | undefined;
  /** For example `22.04`. */
  readonly version?: string | undefined;
  /** `YYYY-MM-DD`. */
  readonly supportEol?: string | undefined;
  /** What an instance needs, for example `{ secureboot: "false" }`. */
  readonly requirements?: Readonly<Record<string, string>> | undefined;
}

const notesSchema: z.ZodType<ImageNotes> = z.strictObject({
  aliases: z.array(z.string().regex(/^[^,\s]+$/)).optional(),
  releaseTitle: z.string().optional(),
  version: z.string().optional(),
  supportEol: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .optional(),
  requirements: z.record(z.string(), z.string()).optional(),
});

/** A folder with the files of one version of an image. */
export interface ImageFolder {
  readonly os: string;
  readonly release: string;
  readonly architecture: string;
  readonly variant: string;
  readonly serial: string;
  readonly notes: ImageNotes;
  /** Below the root of the tree, with slashes. */
  readonly path: string;
  /** Names of its files, sorted. */
  readonly files: readonly string[];
}

/** Something that is not published, and why. */
export interface SkippedPath {
  readonly path: string;
  readonly reason: string;
}

/** What lies below `images/` of a tree. */
export interface ImageFolders {
  readonly folders: readonly ImageFolder[];
  readonly skipped: readonly SkippedPath[];
}

/** Names that mean the same in a path and in an URL. */
const plainName = /^[\w.+~-]+$/;

/**
 * Reads the folders `images/OS/RELEASE/ARCHITECTURE/VARIANT/SERIAL` of a tree.
 *
 * @throws {SimplestreamsError} `BAD_IMAGE_NOTES` for an `image.json` that cannot be understood.
 */
export async function readImageFolders(root: string): Promise<ImageFolders> {
  const skipped: SkippedPath[] = [];
  const folders: ImageFolder[] = [];
  const inside = async (path: string): Promise<string[]> => {
    const entries = await readdir(join(root, path), { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    for (const name of names.filter((one) => !plainName.test(one))) {
      skipped.push({ path: `${path}/${name}`, reason: "the name holds more than letters, digits and . _ + ~ -" });
    }
    return names.filter((name) => plainName.test(name)).toSorted();
  };
  for (const os of await inside("images")) {
    for (const release of await inside(`images/${os}`)) {
      for (const architecture of await inside(`images/${os}/${release}`)) {
        const above = `images/${os}/${release}/${architecture}`;
        if (kernelArchitecture(architecture) === undefined) {
          skipped.push({ path: above, reason: "no server knows this architecture" });
          continue;
        }
        for (const variant of await inside(above)) {
          const notes = await readNotes(join(root, above, variant, "image.json"));
          for (const serial of await inside(`${above}/${variant}`)) {
            const path = `${above}/${variant}/${serial}`;
            const files = (await readdir(join(root, path))).toSorted();
            folders.push({ os, release, architecture, variant, serial, notes, path, files });
          }
        }
      }
    }
  }
  return { folders, skipped };
}

async function readNotes(path: string): Promise<ImageNotes> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    return notesSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new SimplestreamsError(`${path} cannot be understood: ${(cause as Error).message}`, {
      code: "BAD_IMAGE_NOTES",
      address: path,
      cause,
      hint: "It may have aliases, releaseTitle, version, supportEol (YYYY-MM-DD) and requirements.",
    });
  }
}
