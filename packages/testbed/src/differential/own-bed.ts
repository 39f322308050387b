import { readFile } from "node:fs/promises";
import type { Flavour } from "@lxdkit/protocol";
import { openTestbed } from "../open-testbed.ts";
import type { RealBed } from "./side-by-side.ts";

/** Opens a bed for sequences alone: they change everything that a server has. */
export async function openOwnBed(flavour: Flavour): Promise<RealBed & AsyncDisposable> {
  const testbed = await openTestbed({ flavour });
  return {
    flavour,
    socketPath: testbed.socketPath,
    directory: testbed.members[0]?.directory ?? "",
    streams: testbed.simplestreams.url,
    streamsCertificate: await readFile(testbed.simplestreams.certificateFile, "utf8"),
    [Symbol.asyncDispose]: () => testbed.close(),
  };
}
