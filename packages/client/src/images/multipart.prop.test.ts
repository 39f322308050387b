import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { LxdkitError } from "@lxdkit/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { multipartBody, multipartSize } from "./multipart-body.ts";
import { readMultipartFiles } from "./multipart-files.ts";

const boundary = "b0a1";
const contentType = `multipart/form-data; boundary=${boundary}`;
/** What looks like the boundary, or the start of it, must come through. */
const bytes = fc
  .array(
    fc.oneof(
      fc.constantFrom("\r\n--", "--", "\r\n", "\r", "\n", "b0a", `\r\n--${boundary.slice(0, 3)}`),
      fc.string({ unit: "binary" }),
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => Buffer.from(parts.join("")))
  .filter((content) => !content.includes(`--${boundary}`));
const filename = fc
  .string({ minLength: 1, maxLength: 12 })
  // Readers take the last part of a path for the name, and a dot is a path.
  .filter((text) => !/[/\\%]|^\.\.?$/.test(text) && text.trim() === text);
const file = fc.record({ name: fc.constantFrom("metadata", "rootfs", "rootfs.img"), filename, content: bytes });

function inPieces(body: Buffer, size: number): Readable {
  const pieces = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
    body.subarray(index * size, (index + 1) * size),
  );
  return Readable.from(pieces);
}

async function received(body: Readable): Promise<readonly unknown[]> {
  const files: unknown[] = [];
  await readMultipartFiles(contentType, body, async ({ content, ...rest }) => {
    files.push({ ...rest, content: await buffer(content) });
  });
  return files;
}

test("what is framed is read again, however it comes in pieces", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(file, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 1, max: 200 }),
      async (files, size) => {
        const body = await buffer(multipartBody(boundary, files, () => undefined));
        expect(body.length).toBe(multipartSize(boundary, files));
        expect(await received(inPieces(body, size))).toEqual(files);
        // LXD and Incus end the body twice.
        const twice = Buffer.concat([body, Buffer.from(`\r\n--${boundary}--\r\n`)]);
        expect(await received(inPieces(twice, size))).toEqual(files);
      },
    ),
    { numRuns: 100 },
  );
});

test("a body that ends early is never taken for a whole one", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 2 }), fc.nat(), async (files, random) => {
      const body = await buffer(multipartBody(boundary, files, () => undefined));
      // The last bytes are the line end after the boundary, and may be missing.
      const cut = random % (body.length - 4);
      const error = await received(inPieces(body.subarray(0, cut), 50)).catch((caught: unknown) => caught);
      expect(LxdkitError.is(error) && error.code).toBe("BAD_ANSWER");
    }),
    { numRuns: 200 },
  );
});

test("anything else is read or refused with an error of lxdkit", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
      const head = Buffer.from(`--${boundary}\r\n`);
      const error = await received(inPieces(Buffer.concat([head, noise]), 7)).catch((caught: unknown) => caught);
      expect(Array.isArray(error) || LxdkitError.is(error)).toBe(true);
    }),
  );
});
