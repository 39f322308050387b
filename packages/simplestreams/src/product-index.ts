import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { DocumentVersion } from "./document-cache.ts";

/** Products of a stream as they stand in its documents; nobody has looked at their contents yet. */
export type RawProduct = Readonly<Record<string, unknown>>;

/** The names that a product answers to: each alias, and each with the architecture behind it. */
export function productNames({ aliases, arch }: RawProduct): string[] {
  if (typeof aliases !== "string") return [];
  const plain = aliases.split(",").filter((name) => name !== "");
  return typeof arch === "string" ? plain.flatMap((name) => [name, `${name}/${arch}`]) : plain;
}

/** The products of a stream by their names, of which only those are read that are asked for. */
export interface ProductIndex {
  /** Milliseconds since 1970 at which the server last said that this is what it has. */
  readonly checkedAt: number;
  /** What it was made from. */
  readonly documents: readonly DocumentVersion[];
  find(name: string): RawProduct[];
}

const headSchema = z.object({
  root: z.string(),
  checkedAt: z.number(),
  documents: z.array(z.object({ url: z.string(), etag: z.string(), lastModified: z.string() })),
});

/**
 * Reads the index that {@link writeProductIndex} made; undefined when there is none that can be read.
 *
 * The first line tells of which stream it is, the second one has the numbers of the lines for each name, and each line
 * behind has a product.
 */
export async function readProductIndex(directory: string, root: string): Promise<ProductIndex | undefined> {
  try {
    const line = linesOf(await readFile(fileOf(directory, root)));
    const { checkedAt, documents, ...of } = headSchema.parse(JSON.parse(line(0)));
    if (of.root !== root) return undefined;
    const numbers = new Map(Object.entries(JSON.parse(line(1)) as Record<string, number[]>));
    return {
      checkedAt,
      documents,
      find: (name) => (numbers.get(name) ?? []).map((number) => JSON.parse(line(2 + number)) as RawProduct),
    };
  } catch {
    return undefined;
  }
}

/** Gives lines by their numbers. Only those are decoded: a megabyte of text would call for the garbage collector. */
function linesOf(content: Buffer): (number: number) => string {
  const starts = [0];
  for (let end = content.indexOf("\n"); end !== -1; end = content.indexOf("\n", end + 1)) starts.push(end + 1);
  starts.push(content.length + 1);
  return (number) => content.toString("utf8", starts[number] ?? content.length, (starts[number + 1] ?? 1) - 1);
}

/** Keeps the products of a stream for the next search, in place of what was there. */
export async function writeProductIndex(
  directory: string,
  head: Pick<ProductIndex, "checkedAt" | "documents"> & { readonly root: string },
  products: readonly RawProduct[],
): Promise<void> {
  const numbers = new Map<string, number[]>();
  for (const [number, product] of products.entries()) {
    for (const name of new Set(productNames(product))) numbers.set(name, [...(numbers.get(name) ?? []), number]);
  }
  const lines = [head, Object.fromEntries(numbers), ...products].map((line) => JSON.stringify(line));
  const { default: writeFileAtomic } = await import("write-file-atomic");
  await mkdir(directory, { recursive: true });
  // Half of it after a loss of power is seen, and made anew.
  await writeFileAtomic(fileOf(directory, head.root), lines.join("\n"), { fsync: false });
}

function fileOf(directory: string, root: string): string {
  return join(directory, `${createHash("sha256").update(root).digest("hex")}.products`);
}
