import type { Flavour } from "@lxdkit/protocol";
import { openServer, type Server } from "@lxdkit/server";
import { type FakeImage, type FakeServer, type FakeServerOptions, startFakeServer } from "@lxdkit/testing";
import { connectUnix } from "@lxdkit/transport";
import { createManagerConfig } from "./configuration/manager-config.ts";
import { type ContainerManagerOptions, createContainerManager, type LxdContainerManager } from "./container-manager.ts";
import type { MachineStatus } from "./machines/machine-status.ts";
import type { Notice } from "./notice.ts";

/** The model of the tests; its prefix is `juju-c3d479-`. */
export const model = "f47ac10b-58cc-4372-a567-0e02b2c3d479";
/** Another model whose UUID ends alike. */
export const twinModel = "00000000-0000-4000-8000-000000c3d479";

/** A fake server, and a manager that works on it. */
export interface ManagerStage extends AsyncDisposable {
  readonly fake: FakeServer;
  readonly server: Server;
  readonly manager: LxdContainerManager;
  readonly notices: readonly Notice[];
  /** `METHOD path` of what was asked for since the last call, without events, operations and the server itself. */
  asked(): string[];
}

/** What stands on a stage. */
export interface ManagerStageOptions extends FakeServerOptions {
  readonly flavour: Flavour;
  readonly manager?: Partial<ContainerManagerOptions>;
  readonly config?: Readonly<Record<string, string>>;
}

/** The image under which a manager finds `jammy` on the server itself. */
export const jammy: FakeImage = { aliases: ["juju/jammy/amd64"] };

/** Opens a {@link ManagerStage}. */
export async function openManagerStage({ manager, config, ...options }: ManagerStageOptions): Promise<ManagerStage> {
  const fake = await startFakeServer({ images: [jammy], ...options });
  const server = await openServer(connectUnix({ socketPath: fake.socketPath }));
  const notices: Notice[] = [];
  let seen = fake.requests.length;
  return {
    fake,
    server,
    notices,
    manager: createContainerManager(createManagerConfig({ "model-uuid": model, "availability-zone": "z", ...config }), {
      server,
      imageSources: [],
      onNotice: (notice) => notices.push(notice),
      ...manager,
    }),
    asked() {
      const asked = fake.requests.slice(seen).map(({ method, path }) => `${method} ${path}`);
      seen = fake.requests.length;
      return asked.filter((line) => !/ \/1\.0(\/(events|operations).*)?$/.test(line));
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      await fake.close();
    },
  };
}

/** Keeps what a machine's listener hears. */
export function listen(): { readonly told: MachineStatus[]; onStatus(status: MachineStatus): void } {
  const told: MachineStatus[] = [];
  return { told, onStatus: (status) => void told.push(status) };
}
