export { flavoursWithExtra } from "./flavours-with-extra.ts";
export { setup } from "./global-setup.ts";
export { missingBed, type WantedBed } from "./missing-bed.ts";
export type { MissingServer, RealServer, RealServerData, RealServersData } from "./real-server.ts";
export { describeOnServers, type RealServers, realServers } from "./real-servers.ts";
