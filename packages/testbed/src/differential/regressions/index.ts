import type { Sequence } from "../call.ts";
import { bodyRegressions } from "./bodies.ts";
import { hangUpRegressions } from "./hang-ups.ts";
import { imageRegressions } from "./images.ts";
import { insideRegressions } from "./inside.ts";
import { instanceRegressions } from "./instances.ts";
import { profileRegressions } from "./profiles.ts";
import { projectRegressions } from "./projects.ts";
import { restoreRegressions } from "./restores.ts";
import { serverRegressions } from "./server.ts";
import { sharedImageRegressions } from "./shared-images.ts";
import { snapshotRegressions } from "./snapshots.ts";
import { storeRegressions } from "./stores.ts";

/** What the fake and real servers once did not do alike, and what shows most bugs. */
export const regressions: readonly Sequence[] = [
  ...bodyRegressions,
  ...profileRegressions,
  ...hangUpRegressions,
  ...imageRegressions,
  ...instanceRegressions,
  ...projectRegressions,
  ...restoreRegressions,
  ...serverRegressions,
  ...sharedImageRegressions,
  ...snapshotRegressions,
  ...storeRegressions,
  ...insideRegressions,
];
