/** One part of a `multipart/form-data` body. */
export interface MultipartFile {
  readonly name: string;
  readonly filename: string;
  readonly bytes: Buffer;
}

/** The parts of a body, in their order; none when it is malformed. */
export function readMultipart(body: Buffer, contentType: string): readonly MultipartFile[] {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;]+))/.exec(contentType) ?? [];
  const mark = Buffer.from(`--${quoted ?? plain ?? ""}`);
  const parts: MultipartFile[] = [];
  for (let at = body.indexOf(mark); at !== -1;) {
    const next = body.indexOf(mark, at + mark.length);
    if (next === -1) break;
    const part = readPart(body.subarray(at + mark.length + 2, next - 2));
    if (part !== undefined) parts.push(part);
    at = next;
  }
  return parts;
}

function readPart(part: Buffer): MultipartFile | undefined {
  const end = part.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const head = part.toString("utf8", 0, end);
  const valueOf = (key: string): string => new RegExp(`[; ]${key}="([^"]*)"`).exec(head)?.[1] ?? "";
  return { name: valueOf("name"), filename: valueOf("filename"), bytes: part.subarray(end + 4) };
}

/** Writes parts as a body with the given boundary. */
export function writeMultipart(parts: readonly MultipartFile[], boundary: string): Buffer {
  const chunks = parts.flatMap(({ name, filename, bytes }) => [
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${filename}"\r\n`,
    "Content-Type: application/octet-stream\r\n\r\n",
    bytes,
    "\r\n",
  ]);
  return Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk)));
}
