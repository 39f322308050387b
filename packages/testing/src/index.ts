// Fake server
export { type FakeServer, type FakeServerOptions, startFakeServer } from "./fake-server.ts";
export type { FakeTimings } from "./fake-state.ts";
export type { FakeImage } from "./image-store.ts";
export type { LoggedRequest } from "./http-front.ts";
export type { DelayFault, OperationFault, ReplyFault, RequestFault } from "./faults.ts";

// Time and chance
export { type Clock, createManualClock, type ManualClock, systemClock } from "./clock.ts";
export { createRandom, type Random } from "./random.ts";

// Fake image host
export {
  type SimplestreamsHost,
  type SimplestreamsHostOptions,
  startSimplestreamsHost,
} from "@lxdkit/simplestreams/testing";
