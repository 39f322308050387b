import { expect, test } from "vitest";
import { openStage, outcome } from "./stage.test-support.ts";

const mebibyte = 1024 * 1024;

test("an answer without end is given up at 256 MiB, with no more than that in memory", async () => {
  await using on = await openStage();
  const chunk = Buffer.alloc(mebibyte, " ");
  let sent = 0;
  let peak = 0;
  const before = process.memoryUsage().arrayBuffers;
  const server = await on.http((_request, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    };
    response.on("drain", more);
    more();
  });
  const request = on.connect(server).request({ method: "GET", path: "/1.0/instances", retries: 0 });
  expect((await outcome(request)).error).toMatchObject({
    code: "ANSWER_TOO_LARGE",
    message: `the answer to GET /1.0/instances is longer than ${String(256 * mebibyte)} bytes`,
  });
  await server.gone();
  expect(sent).toBeLessThan(300 * mebibyte);
  expect(peak).toBeGreaterThan(200 * mebibyte);
  expect(peak).toBeLessThan(320 * mebibyte);
}, 30_000);
