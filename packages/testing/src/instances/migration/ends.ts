import { X509Certificate } from "node:crypto";
import { WebSocket } from "ws";
import type { FakeState } from "../../core/fake-state.ts";
import { OperationFailure, Refusal } from "../../core/refusal.ts";
import type { ConnectSocket } from "../../operations/operation-store.ts";
import { createSocketSlots } from "../../operations/socket-slots.ts";
import { type Channel, createChannel } from "./channel.ts";

/** The two websockets of a migration. */
export interface MigrationEnds {
  readonly control: Channel;
  readonly fs: Channel;
}

/** The end that takes the instance, or the one that gives it. */
export type MigrationKind = "sink" | "source";

/** A migration that waits for the other side to connect. */
export interface AwaitedEnds {
  /** Secrets by name, as the metadata of the operation tells them. */
  readonly secrets: Readonly<Record<"control" | "fs", string>>;
  readonly connect: ConnectSocket;
  wait(): Promise<MigrationEnds>;
}

const lxdPatience = { ms: 10_000, text: "Timed out waiting for migration connections" };
const incusPatience = { sink: patienceFor("target"), source: patienceFor("source") };

function patienceFor(end: string): { readonly ms: number; readonly text: string } {
  return { ms: 30_000, text: `Failed waiting for migration control connection on ${end}: context deadline exceeded` };
}

/** Makes the secrets for the other side of a `sink` or a `source`. */
export function awaitEnds({ clock, random, flavour }: FakeState, kind: MigrationKind): AwaitedEnds {
  const channels = new Map<"control" | "fs", Channel>();
  const slots = createSocketSlots({
    names: ["control", "fs"],
    clock,
    random,
    connected: (name, socket) => void channels.set(name, createChannel(socket)),
    patience: flavour === "lxd" ? lxdPatience : incusPatience[kind],
  });
  return {
    secrets: slots.secrets,
    connect(secret) {
      const accept = slots.connect(secret);
      if (accept === undefined && flavour === "incus") throw new Refusal(403, `Invalid migration ${kind} secret`);
      return accept;
    },
    async wait() {
      await slots.wait(["control", "fs"]);
      const [control, fs] = [channels.get("control"), channels.get("fs")];
      if (control === undefined || fs === undefined) throw new OperationFailure("Empty websocket connection");
      return { control, fs };
    },
  };
}

/** Where the other side waits. */
export interface OtherSide {
  /** URL of its operation. */
  readonly operation: string;
  /** PEM of its certificate; empty for one that everybody trusts. */
  readonly certificate: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Refuses a certificate that is none, with the family's text. */
export function checkCertificate({ flavour }: FakeState, certificate: string, kind: MigrationKind): void {
  if (certificate === "") return;
  try {
    void new X509Certificate(certificate);
  } catch {
    throw new Refusal(
      500,
      flavour === "lxd"
        ? "Invalid certificate"
        : `Failed setting up websocket dialer for migration ${kind} connections: Failed PEM decoding certificate`,
    );
  }
}

/** Connects to the other side. */
export async function dialEnds(state: FakeState, side: OtherSide): Promise<MigrationEnds> {
  try {
    const control = await dial(state, side, "control");
    return { control, fs: await dial(state, side, "fs") };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const about = state.flavour === "lxd" ? "" : "Failed waiting for migration control connection on target: ";
    throw new OperationFailure(`${about}${error.message}`);
  }
}

async function dial({ imageServerCa }: FakeState, side: OtherSide, name: "control" | "fs"): Promise<Channel> {
  const url = new URL(`${side.operation.replace(/^http/, "ws")}/websocket`);
  url.searchParams.set("secret", side.secrets[name] ?? "");
  const ca = side.certificate || imageServerCa;
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    ...(ca === undefined ? {} : { ca }),
    // The certificate is named, whatever it says of itself; Node takes what is false for no objection.
    ...(side.certificate === "" ? {} : { checkServerIdentity: () => false }),
  });
  // Messages can come with the answer to the upgrade.
  const channel = createChannel(socket);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("unexpected-response", () => {
      socket.terminate();
      reject(new Error("websocket: bad handshake"));
    });
    socket.once("error", (error: NodeJS.ErrnoException) => reject(new Error(dialFailure(url, error))));
  });
  return channel;
}

function dialFailure({ host }: URL, error: NodeJS.ErrnoException): string {
  if (error.code !== "ECONNREFUSED") return error.message;
  return `Unable to connect to: ${host} ([dial tcp ${host}: connect: connection refused])`;
}
