import type { FakeState } from "../core/fake-state.ts";

/** Something that a fake has from the start; what the functions `with…` of this package give. */
export interface FakeSetup {
  /** Puts it into a fake; for the package itself. */
  apply(fake: unknown): void;
}

/** Makes a {@link FakeSetup}. */
export function setUp(apply: (state: FakeState) => void): FakeSetup {
  // Only this package calls it, with the state of a fake, which is nobody else's business.
  return { apply: (fake) => apply(fake as FakeState) };
}
