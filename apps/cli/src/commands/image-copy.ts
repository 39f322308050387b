import { connect, type ServerOptions } from "../connect.ts";
import { streamOptions } from "../stream-options.ts";

/** Options of `lxdkit image copy`. */
export interface CopyImageOptions extends ServerOptions {
  readonly source: readonly string[];
  readonly alias?: readonly string[] | undefined;
  readonly vm?: true | undefined;
  readonly autoUpdate: boolean;
  readonly quiet?: true | undefined;
}

/** A download tells its percentage many times a second; a reader wants one now and then. */
const tellEveryMs = 1_000;

/** Lets the server copy an image from an image server, and prints the fingerprint of the copy. */
export async function copyImage(image: string, options: CopyImageOptions, signal: AbortSignal): Promise<void> {
  const { source: sources, alias = [], vm, autoUpdate } = options;
  const server = await connect(options, signal);
  try {
    const virtType = vm ? "virtual-machine" : "container";
    const stream = streamOptions(process.env);
    const found = await server.findImageByAlias(image, { sources, local: false, virtType, signal, ...stream });
    const onStatus = options.quiet ? undefined : statusLines();
    const { fingerprint } = await server.copyRemoteImage(found, alias, { autoUpdate, signal, onStatus });
    process.stdout.write(`${fingerprint}\n`);
  } finally {
    await server.close();
  }
}

function statusLines(): (status: { readonly message: string }) => void {
  let last = -Infinity;
  return ({ message }) => {
    const now = performance.now();
    if (message.startsWith("Retrieving") && now - last < tellEveryMs) return;
    last = now;
    process.stderr.write(`${message}\n`);
  };
}
