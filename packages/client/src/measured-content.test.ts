import { expect, test } from "vitest";
import { countProgress, measuredContent, sizeOf, type TransferProgress } from "./measured-content.ts";

async function* pieces(...sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const size of sizes) yield Buffer.alloc(size, "x");
}

async function read(content: AsyncIterable<Uint8Array>): Promise<readonly number[]> {
  const sizes: number[] = [];
  for await (const piece of content) sizes.push(piece.length);
  return sizes;
}

test("bytes that are there already are sent in pieces, a stream as it comes", async () => {
  const taken: number[] = [];
  const note = (bytes: number): void => void taken.push(bytes);
  expect(await read(measuredContent(Buffer.alloc(150_000), 150_000, note))).toEqual([65_536, 65_536, 18_928]);
  expect(taken).toEqual([65_536, 65_536, 18_928]);
  expect(await read(measuredContent(pieces(5, 0, 7), undefined, note))).toEqual([5, 0, 7]);
  expect(await read(measuredContent(new Uint8Array(), 0, note))).toEqual([]);
});

test.each([
  [[5, 5], 11, "only 10"],
  [[5, 5], 9, "more"],
  [[], 1, "only 0"],
])("a stream of %j bytes is not one of %i", async (sizes, expected, found) => {
  const reading = read(measuredContent(pieces(...sizes), expected, () => undefined));
  await expect(reading).rejects.toMatchObject({ code: "CONTENT_SIZE", message: expect.stringContaining(found) });
});

test("the size of bytes is known, that of a stream when it is given", () => {
  expect(sizeOf(Buffer.from("abc"), undefined)).toBe(3);
  expect(sizeOf(pieces(), 7)).toBe(7);
  expect(sizeOf(pieces(), undefined)).toBeUndefined();
});

test("progress is told at most ten times a second, and at the end", () => {
  const told: TransferProgress[] = [];
  let now = 0;
  const progress = countProgress(
    100,
    (each) => told.push(each),
    () => now,
  );
  for (let index = 0; index < 40; index += 1) {
    progress.add(1);
    now += 10;
  }
  progress.end();
  expect(told.map(({ doneBytes }) => doneBytes)).toEqual([1, 11, 21, 31, 40]);
  expect(told.every(({ totalBytes }) => totalBytes === 100)).toBe(true);
});

test("an exception of who hears of progress goes to the sender", () => {
  const progress = countProgress(undefined, () => {
    throw new Error("mine");
  });
  expect(() => {
    progress.add(1);
  }).toThrow("mine");
});
