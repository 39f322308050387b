export {
  createFakeManager,
  type FakeManager,
  type FakeManagerCall,
  type FakeManagerMethod,
  type FakeManagerOptions,
} from "./fake-manager.ts";
export type { FakeMachine } from "./fake-machine.ts";
