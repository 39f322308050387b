import { accessRoutes } from "./access/access-entries.ts";
import type { Route } from "./core/router.ts";
import { certificateRoutes } from "./certificates/certificates.ts";
import { eventsRoute } from "./events/events-route.ts";
import { aliasRoutes } from "./images/aliases.ts";
import { imageRoutes } from "./images/images.ts";
import { instanceStateRoute } from "./instances/instance-state-route.ts";
import { insideRoutes } from "./instances/inside-routes.ts";
import { instanceRoute } from "./instances/instance-route.ts";
import { instancesRoute } from "./instances/instances-route.ts";
import { incusInstanceRoutes } from "./instances/incus-instance-routes.ts";
import { backupRoutes } from "./instances/backups/backup-routes.ts";
import { snapshotRoutes } from "./instances/snapshots/snapshot-routes.ts";
import { clusterRoutes } from "./cluster/cluster.ts";
import { aclRoutes } from "./networks/acls.ts";
import { allocationRoutes } from "./networks/allocations.ts";
import { integrationRoutes } from "./networks/integrations.ts";
import { refusedRoutes } from "./networks/refused-routes.ts";
import { forwardRoutes } from "./networks/forwards.ts";
import { zoneRecordRoutes } from "./networks/zone-records.ts";
import { zoneRoutes } from "./networks/zones.ts";
import { networkRoutes } from "./networks/networks.ts";
import { operationRoutes } from "./operations/operation-routes.ts";
import { profileRoutes } from "./profiles/profiles.ts";
import { projectRoutes } from "./projects/projects.ts";
import { serverRoutes } from "./server/server-routes.ts";
import { poolRoutes } from "./storage/pools.ts";
import { bucketRoutes } from "./storage/buckets.ts";
import { volumeBackupRoutes } from "./storage/volume-backups.ts";
import { volumeSnapshotRoutes } from "./storage/volume-snapshots.ts";
import { volumeRoutes } from "./storage/volumes.ts";
import { warningRoutes } from "./warnings/warnings.ts";

/** Every route of the fake; each is proved by the contract suite. */
export const routes: readonly Route[] = [
  ...serverRoutes,
  eventsRoute,
  ...certificateRoutes,
  ...aliasRoutes,
  ...imageRoutes,
  instancesRoute,
  instanceRoute,
  instanceStateRoute,
  ...snapshotRoutes,
  ...backupRoutes,
  ...incusInstanceRoutes,
  ...accessRoutes,
  ...insideRoutes,
  ...networkRoutes,
  ...forwardRoutes,
  ...refusedRoutes,
  ...allocationRoutes,
  ...integrationRoutes,
  ...aclRoutes,
  ...zoneRoutes,
  ...zoneRecordRoutes,
  ...clusterRoutes,
  ...warningRoutes,
  ...operationRoutes,
  ...profileRoutes,
  ...projectRoutes,
  ...poolRoutes,
  ...volumeRoutes,
  ...volumeSnapshotRoutes,
  ...volumeBackupRoutes,
  ...bucketRoutes,
];
