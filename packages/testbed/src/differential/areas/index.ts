import type { Area } from "../area.ts";
import { acls } from "./acls.ts";
import { backups, volumeBackups } from "./backups.ts";
import { certificates } from "./certificates.ts";
import { aliases, images, publishing } from "./images.ts";
import { instanceSnapshots } from "./instance-snapshots.ts";
import { instances } from "./instances.ts";
import { bulk, moves } from "./moves.ts";
import { forwards, networks } from "./networks.ts";
import { operations } from "./operations.ts";
import { pools } from "./pools.ts";
import { profiles } from "./profiles.ts";
import { projects } from "./projects.ts";
import { bucketsArea, withoutOvn } from "./refused.ts";
import { cluster, server } from "./server.ts";
import { typedPaths } from "./typed-paths.ts";
import { volumes } from "./volumes.ts";
import { zones } from "./zones.ts";

/** All kinds of objects that the sequences are about. */
export const areas: readonly Area[] = [
  server,
  cluster,
  certificates,
  operations,
  profiles,
  projects,
  instances,
  volumes,
  pools,
  networks,
  forwards,
  acls,
  zones,
  images,
  publishing,
  aliases,
  instanceSnapshots,
  moves,
  bulk,
  backups,
  volumeBackups,
  bucketsArea,
  withoutOvn,
  typedPaths,
];
