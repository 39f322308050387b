import type { Area } from "../area.ts";
import { acls } from "./acls.ts";
import { backups, volumeBackups } from "./backups.ts";
import { certificates } from "./certificates.ts";
import { cluster } from "./cluster.ts";
import { commandArea, consoles } from "./commands.ts";
import { files } from "./files.ts";
import { aliases, images, publishing } from "./images.ts";
import { instanceSnapshots } from "./instance-snapshots.ts";
import { instances } from "./instances.ts";
import { metadataArea } from "./metadata.ts";
import { bulk, moves } from "./moves.ts";
import { forwards, networks } from "./networks.ts";
import { operations } from "./operations.ts";
import { pools } from "./pools.ts";
import { profiles } from "./profiles.ts";
import { projects } from "./projects.ts";
import { bucketsArea, withoutOvn } from "./refused.ts";
import { server } from "./server.ts";
import { typedPaths } from "./typed-paths.ts";
import { volumes } from "./volumes.ts";
import { warnings } from "./warnings.ts";
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
  files,
  commandArea,
  consoles,
  metadataArea,
  warnings,
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
