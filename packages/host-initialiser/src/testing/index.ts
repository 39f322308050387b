export { createFakeInitialiser, type FakeInitialiser, type FakeInitialiserOptions } from "./fake-initialiser.ts";
export { hostFacts } from "./host-facts.ts";
