import { type Flavour, LxdkitError } from "@lxdkit/protocol";
import { stringify } from "yaml";
import type { BedLayout, BedPorts, MemberLayout } from "./bed-layout.ts";
import { pause } from "./pause.ts";
import { namesOf } from "./programs.ts";
import { runInside } from "./run-inside.ts";
import { socketRequest } from "./socket-request.ts";

/** What every member needs to prepare itself. */
interface Preparation {
  readonly layout: BedLayout;
  readonly ports: BedPorts;
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** Waits until a server answers on its socket; rejects with `TESTBED_START_FAILED` after `timeoutMs`. */
export async function waitForServer(
  member: MemberLayout,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await socketRequest(member.socketPath, "/internal/ready", { signal });
      return;
    } catch (cause) {
      signal?.throwIfAborted();
      if (Date.now() > deadline) {
        const seconds = String(Math.round(timeoutMs / 1000));
        throw new LxdkitError(`The server ${member.name} did not become ready within ${seconds} s.`, {
          code: "TESTBED_START_FAILED",
          cause,
        });
      }
    }
    await pause(50, signal);
  }
}

/** What a server on its own, or the first of a cluster, is told: a `dir` pool, a bridge with DHCP, a profile. */
export function firstPreseed(flavour: Flavour, address: string, clusterName: string | undefined): object {
  const { bridge } = namesOf[flavour];
  return {
    config: { "core.https_address": address },
    networks: [{ name: bridge, type: "bridge", config: { "ipv4.address": "auto", "ipv6.address": "none" } }],
    storage_pools: [{ name: "default", driver: "dir" }],
    profiles: [
      {
        name: "default",
        devices: {
          root: { type: "disk", path: "/", pool: "default" },
          eth0: { type: "nic", name: "eth0", network: bridge },
        },
      },
    ],
    ...(clusterName === undefined ? {} : { cluster: { server_name: clusterName, enabled: true } }),
  };
}

/** What a further member of a cluster is told. */
export function joinPreseed(address: string, name: string, token: string): object {
  const source = { entity: "storage-pool", name: "default", key: "source", value: "" };
  return {
    cluster: {
      enabled: true,
      server_name: name,
      server_address: address,
      cluster_token: token,
      member_config: [source],
    },
  };
}

/** Gives the first server its pool, network and profile, and makes the others join it. */
export async function initialiseMembers(preparation: Preparation): Promise<void> {
  const { layout, ports, signal } = preparation;
  const { client } = namesOf[layout.flavour];
  const [first, ...others] = layout.members;
  if (first === undefined) return;
  const addressOf = (member: MemberLayout): string => `${member.host}:${String(ports.https)}`;
  const clusterName = others.length > 0 ? first.name : undefined;
  await preseed(preparation, first, firstPreseed(layout.flavour, addressOf(first), clusterName));
  for (const member of others) {
    const added = await runInside(
      layout.directory,
      preparation.environment,
      [client, "cluster", "add", member.name, "--quiet"],
      signal === undefined ? {} : { signal },
    );
    const token = added.stdout.trim().split(/\s/).at(-1) ?? "";
    await preseed(preparation, member, joinPreseed(addressOf(member), member.name, token));
  }
}

async function preseed(preparation: Preparation, member: MemberLayout, document: object): Promise<void> {
  const { layout, environment, signal } = preparation;
  const names = namesOf[layout.flavour];
  await runInside(layout.directory, environment, [...names.init, "--preseed"], {
    member: member.name,
    environment: { [names.directoryVariable]: member.directory },
    input: stringify(document),
    ...(signal === undefined ? {} : { signal }),
  });
}
