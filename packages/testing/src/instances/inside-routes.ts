import type { Route } from "../core/router.ts";
import { consoleRoute } from "./console/console-route.ts";
import { execRoute } from "./exec/exec-route.ts";
import { filesRoute } from "./files/files-route.ts";
import { logRoutes } from "./logs/log-routes.ts";
import { metadataRoutes } from "./metadata/metadata-routes.ts";
import { sftpRoute } from "./sftp/sftp-route.ts";

/** The routes for what is inside an instance. */
export const insideRoutes: readonly Route[] = [
  filesRoute,
  sftpRoute,
  execRoute,
  consoleRoute,
  ...logRoutes,
  ...metadataRoutes,
];
