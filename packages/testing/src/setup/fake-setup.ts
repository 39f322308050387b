import type { FakeState } from "../core/fake-state.ts";

/** One thing that a fake server has from the start; made by functions such as `withProject`. */
export type FakeSetup = (state: FakeState) => void;
