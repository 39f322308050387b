import type { Route } from "../router.ts";
import { eventsRoute } from "./events.ts";
import { imageRoutes } from "./images.ts";
import { instanceStateRoute } from "./instance-state.ts";
import { instanceRoute } from "./instance.ts";
import { instancesRoute } from "./instances.ts";
import { networkRoutes } from "./networks.ts";
import { operationRoutes } from "./operations.ts";
import { profileRoutes } from "./profiles.ts";
import { projectRoutes } from "./projects.ts";
import { serverRoutes } from "./server.ts";
import { storagePoolRoutes } from "./storage-pools.ts";

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
