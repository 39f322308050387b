import type { Route } from "./core/router.ts";
import { eventsRoute } from "./events/events-route.ts";
import { imageRoutes } from "./images/image-routes.ts";
import { instanceStateRoute } from "./instances/instance-state-route.ts";
import { instanceRoute } from "./instances/instance-route.ts";
import { instancesRoute } from "./instances/instances-route.ts";
import { networkRoutes } from "./networks/network-routes.ts";
import { operationRoutes } from "./operations/operation-routes.ts";
import { profileRoutes } from "./profiles/profile-routes.ts";
import { projectRoutes } from "./projects/project-routes.ts";
import { serverRoutes } from "./server/server-routes.ts";
import { storagePoolRoutes } from "./storage/pool-routes.ts";

/** Every route of the fake; each is proved by the contract suite. */
export const routes: readonly Route[] = [
  ...serverRoutes,
  eventsRoute,
  ...imageRoutes,
  instancesRoute,
  instanceRoute,
  instanceStateRoute,
  ...networkRoutes,
  ...operationRoutes,
  ...profileRoutes,
  ...projectRoutes,
  ...storagePoolRoutes,
];
