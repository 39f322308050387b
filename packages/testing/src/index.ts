// Fake server
export { type FakeServer, type FakeServerOptions, type HttpsAddress, startFakeServer } from "./fake-server.ts";
export type { FakeTimings } from "./core/fake-state.ts";
export type { FakeImage } from "./images/image-store.ts";
export type { LoggedRequest } from "./core/http-front.ts";
export type { DelayFault, OperationFault, ReplyFault, RequestFault } from "./core/faults.ts";

// What it has from the start
export type { FakeSetup } from "./setup/fake-setup.ts";
export {
  type FakeObject,
  type FakeProjectObject,
  withAlias,
  withCertificate,
  withImage,
  withNetwork,
  withPool,
  withProfile,
  withProject,
} from "./setup/with-objects.ts";
export { withInstance, type WithInstanceOptions } from "./setup/with-instance.ts";
export type { FakeSnapshot } from "./core/store.ts";

// Time and chance
export { type Clock, createManualClock, type ManualClock, systemClock } from "./core/clock.ts";
export { createRandom, type Random } from "./core/random.ts";

// Fake image host
export {
  type SimplestreamsHost,
  type SimplestreamsHostOptions,
  startSimplestreamsHost,
} from "@lxdkit/simplestreams/testing";
