import { type Flavour, flavourTitle } from "@lxdkit/protocol";
import { openServer } from "@lxdkit/server";
import { connectUnix } from "@lxdkit/transport";
import { instanceTable } from "../output/instance-table.ts";
import { progressText } from "../output/progress-lines.ts";

/** Slow enough to be watched. */
const timings = { createMs: 400, bootMs: 300, leaseMs: 300, stopMs: 200 };

/** Options of `lxdkit demo`. */
export interface DemoOptions {
  readonly flavour?: Flavour | undefined;
}

/** Does the main job on a fake server of this process and shows each step; the same steps on both families. */
export async function demo({ flavour = "lxd" }: DemoOptions, signal: AbortSignal): Promise<void> {
  const { startFakeServer } = await import("@lxdkit/testing");
  const fake = await startFakeServer({ ...timings, flavour, images: [{ aliases: ["jammy"] }] });
  try {
    print("This is the main job of lxdkit on a built-in fake server. Nothing else on this machine is touched.");
    await showMainJob(fake.socketPath, signal);
    const other = flavour === "lxd" ? "incus" : "lxd";
    print(`\n${`The same as ${flavourTitle(other)}:`.padEnd(26)} npm start -- demo --flavour ${other}`);
    print("The same on a real server: npm start -- launch IMAGE NAME --source URL --wait ip (npm start -- --help)");
  } finally {
    await fake.close();
  }
}

async function showMainJob(socketPath: string, signal: AbortSignal): Promise<void> {
  print(`\n1. Connect to ${socketPath}`);
  const server = await openServer(connectUnix({ socketPath }), { signal });
  try {
    const onProgress = (progress: Parameters<typeof progressText>[0]): void => {
      print(`   ${progressText(progress)}`);
    };
    print(`   ${flavourTitle(server.flavour)} ${server.version}`);

    print("\n2. Find the image jammy");
    const image = await server.findImageByAlias("jammy", { signal });
    print(`   ${image.fingerprint}`);

    print("\n3. Launch c1 from it: create, start, wait for an address");
    await server.createContainer({ name: "c1", image }, { signal, onProgress, waitFor: "address" });

    print("\n4. List what there is");
    print(indented(instanceTable(await server.listInstances({ signal }))));

    print("5. Delete c1");
    await server.removeContainer("c1", { force: true, signal, onProgress });
    const left = await server.listInstances({ signal });
    print(`   left on the server: ${left.length === 0 ? "nothing" : left.map(({ name }) => name).join(", ")}`);
  } finally {
    await server.close();
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, "   ");
}
