import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Flavour } from "@lxdkit/protocol";
import { startFakeServer } from "@lxdkit/testing";
import { execa } from "execa";
import { stringify } from "yaml";
import { tinyImage } from "../images/tiny-image.ts";
import { firstPreseed } from "../initialise-members.ts";
import { namesOf } from "../programs.ts";
import type { ClientTarget } from "./create-runner.ts";

/** A fake that a script runs on. */
export interface PreparedFake extends ClientTarget {
  close(): Promise<void>;
}

/** Options of {@link startPreparedFake}. */
export interface PrepareFakeOptions {
  /** Names of the members of a cluster; alone by default. */
  readonly members?: readonly string[];
}

/** A fake that the real client has prepared in the way in which the beds are. */
export async function startPreparedFake(flavour: Flavour, { members }: PrepareFakeOptions = {}): Promise<PreparedFake> {
  const folder = await mkdtemp(join(tmpdir(), "lxdkit-fake-"));
  const directory = join(folder, "m1");
  await mkdir(directory);
  const fake = await startFakeServer({
    flavour,
    directory,
    ...(members === undefined ? { name: "m1", initialised: false, https: true } : { members }),
  });
  const { client, init } = namesOf[flavour];
  const { httpsUrl = "", socketPath } = fake;
  const env = { [`${flavour.toUpperCase()}_SOCKET`]: socketPath, HOME: folder };
  const [program = "", ...words] = init;
  if (members === undefined) {
    const preseed = firstPreseed(flavour, new URL(httpsUrl).host, undefined);
    await execa(program, [...words, "--preseed"], { env, input: stringify(preseed) });
  }
  const { unified = "" } = await tinyImage();
  await execa(client, ["image", "import", unified, "--alias", "tiny", "--quiet"], { env, stdin: "ignore" });
  const close = async (): Promise<void> => {
    await fake.close();
    await rm(folder, { recursive: true });
  };
  return { flavour, socketPath, directory: folder, httpsUrl, close };
}
