import { Readable } from "node:stream";
import type { InstanceFiles } from "./file-tree.ts";

const zeros = Buffer.alloc(65_536);

/** The bytes of a file as a stream, those of a device that has no end too. */
export function openInput(files: InstanceFiles, path: string): Readable {
  const bytes = files.read(path);
  return Readable.from(path === "/dev/zero" && files.stat(path)?.type === "device" ? endless() : [bytes]);
}

function* endless(): Generator<Buffer> {
  for (;;) yield zeros;
}
