import type { Route } from "../core/router.ts";
import { filesRoute } from "./files/files-route.ts";
import { sftpRoute } from "./sftp/sftp-route.ts";

/** The routes for what is inside an instance. */
export const insideRoutes: readonly Route[] = [filesRoute, sftpRoute];
