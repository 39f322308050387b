import { Refusal } from "../../core/refusal.ts";
import type { ApiReply, ApiRequest, Route } from "../../core/router.ts";
import { filesOf } from "../files/instance-files.ts";
import { requireInstance } from "../instance-route.ts";
import { serveSftp } from "./sftp-server.ts";

/** `/1.0/instances/{name}/sftp`. */
export const sftpRoute: Route = { pattern: "/1.0/instances/{name}/sftp", methods: { GET: connect } };

function connect(request: ApiRequest): ApiReply {
  const { state, upgrade } = request;
  // The servers look at this before they look for the instance.
  if (upgrade?.protocol !== "sftp") throw new Refusal(400, "Missing or invalid upgrade header");
  const instance = requireInstance(request);
  return { kind: "upgrade", open: () => serveSftp(upgrade.stream(), filesOf(state, instance)) };
}
