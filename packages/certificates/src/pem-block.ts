/** One block of a PEM text: what stands between a BEGIN line and its END line. */
export interface PemBlock {
  /** What the block says it is, for example `CERTIFICATE`. */
  readonly label: string;
  /** The lines such as `Proc-Type: 4,ENCRYPTED` in front of the data. */
  readonly headers: ReadonlyMap<string, string>;
  /** The data. */
  readonly der: Buffer;
  /** The block alone, as it stood in the text, with its BEGIN and END lines. */
  readonly text: string;
}

const begin = "-----BEGIN ";
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The blocks of a text in their order. What stands around them is skipped, and so are blocks that are damaged. */
export function pemBlocks(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  const lines = text.split("\n").map((line) => line.trimEnd());
  let first = 0;
  for (const [at, line] of lines.entries()) {
    // Every marker begins anew, so that a damaged block costs no more than its own length.
    if (line.startsWith(begin)) first = at;
    if (!line.startsWith("-----END ")) continue;
    const label = (lines[first] as string).slice(begin.length, -5);
    const isComplete = lines[first] === `${begin}${label}-----` && line === `-----END ${label}-----`;
    const block = isComplete ? readBlock(label, lines.slice(first, at + 1)) : undefined;
    first = at;
    if (block !== undefined) blocks.push(block);
  }
  return blocks;
}

/** The first block of a text, whatever its label. */
export function firstPemBlock(text: string): PemBlock | undefined {
  return pemBlocks(text)[0];
}

/** Writes data as a PEM block with lines of 64 characters. */
export function formatPem(label: string, der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return [`${begin}${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

function readBlock(label: string, lines: readonly string[]): PemBlock | undefined {
  const headers = new Map<string, string>();
  let at = 1;
  for (; lines[at]?.includes(":"); at += 1) {
    const [key = "", ...value] = (lines[at] as string).split(":");
    headers.set(key.trim(), value.join(":").trim());
  }
  const data = lines
    .slice(at, -1)
    .map((line) => line.trim())
    .join("");
  if (data.length % 4 !== 0 || !base64.test(data)) return undefined;
  return { label, headers, der: Buffer.from(data, "base64"), text: `${lines.join("\n")}\n` };
}
