import { type Area, type BodyRule, reads } from "../area.ts";
import type { ConfigTable } from "../choices.ts";

const config: ConfigTable = {
  "core.shutdown_timeout": ["10", ""],
  "images.auto_update_interval": ["6", "0"],
  "images.remote_cache_expiry": ["5"],
  "images.compression_algorithm": ["none", "gzip"],
  "core.proxy_ignore_hosts": ["127.0.0.1"],
  "core.remote_token_expiry": ["1d"],
  "user.a": ["x", "y"],
};

const badConfigs: readonly Readonly<Record<string, unknown>>[] = [
  { "no.such.key": "1" },
  { "core.shutdown_timeout": "soon" },
  { "images.auto_update_interval": 5 },
  { "images.compression_algorithm": "frob" },
  { "core.remote_token_expiry": "never" },
  { "core.https_allowed_credentials": "perhaps" },
  { "cluster.offline_threshold": "1" },
  { "core.shutdown_timeout": true },
];

const content: BodyRule = (choices) => ({ config: { "core.https_address": "{https}", ...choices.config(config) } });
const part: BodyRule = (choices) => ({ config: choices.config(config) });
const bad: BodyRule = ({ one }) => ({ config: one(badConfigs) });

/** The server itself. */
export const server: Area = {
  name: "server",
  prepare: () => [{ method: "GET", path: "/1.0" }],
  templates: [
    ...reads("/", "/1.0", "/1.0/resources", "/1.0/metrics", "/1.0/events", "/1.0/nope", "/2.0", "/internal/ready"),
    ...reads("/1.0/events?type=frob", "/1.0/events?project=nope", "/1.0/events?all-projects=true&project=default"),
    { method: "HEAD", path: "/1.0", weight: 0.3 },
    { method: "HEAD", path: "/1.0/nope", weight: 0.3 },
    { method: "PUT", path: "/1.0", body: content, bad, weight: 2 },
    { method: "PATCH", path: "/1.0", body: part, bad, weight: 2 },
    // It listens on no address any more then.
    { method: "PUT", path: "/1.0", body: part, weight: 0.3 },
    { method: "PUT", path: "/1.0", body: () => ({}), weight: 0.3 },
    { method: "GET", path: "/1.0?target=nope", weight: 0.3 },
    { method: "GET", path: "/1.0/resources?target=nope", weight: 0.3 },
  ],
};
