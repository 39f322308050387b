import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectUnix } from "@lxdkit/transport";
import { expect, test } from "vitest";
import { createClient } from "../client.ts";

const piece = Buffer.alloc(65_536);
const count = 16_384;

test("files of a gigabyte are read no faster than the server takes them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-upload-"));
  const socketPath = join(folder, "unix.socket");
  let announced: string | undefined;
  const server = createServer((request, response) => {
    if (request.method !== "POST") {
      response.end(JSON.stringify({ type: "sync", metadata: { api_version: "1.0", api_extensions: [] } }));
      return;
    }
    announced = request.headers["content-length"];
    let taken = 0;
    request.on("data", (bytes: Buffer) => {
      taken += bytes.length;
      if (taken > 1_048_576) request.socket.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(socketPath, resolve);
  });
  let read = 0;
  async function* huge(): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < count; index += 1) {
      read += piece.length;
      yield piece;
    }
  }
  try {
    await using connection = connectUnix({ socketPath });
    const metadata = { content: Buffer.from("metadata") };
    const rootfs = { content: huge(), sizeBytes: count * piece.length };
    const told: number[] = [];
    const uploading = createClient(connection).images.upload(
      { metadata, rootfs },
      { onProgress: ({ doneBytes }) => told.push(doneBytes) },
    );
    await expect(uploading).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    expect(Number(announced)).toBeGreaterThan(count * piece.length);
    expect(read).toBeLessThan(16 * 1_048_576);
    expect(told.at(-1)).toBeLessThan(16 * 1_048_576);
  } finally {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  }
});
