// Fake server
export { type FakeServer, type FakeServerOptions, startFakeServer } from "./fake-server.ts";
export type { FakeTimings } from "./core/fake-state.ts";
export type { FakeImage } from "./images/image-store.ts";
export type { LoggedRequest } from "./core/http-front.ts";
export type { DelayFault, OperationFault, ReplyFault, RequestFault } from "./core/faults.ts";

// Time and chance
export { type Clock, createManualClock, type ManualClock, systemClock } from "./core/clock.ts";
export { createRandom, type Random } from "./core/random.ts";

// Fake image host
export {
  type SimplestreamsHost,
  type SimplestreamsHostOptions,
  startSimplestreamsHost,
} from "@lxdkit/simplestreams/testing";
