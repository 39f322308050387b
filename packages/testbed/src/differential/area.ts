import type { Flavour } from "@lxdkit/protocol";
import type { Call } from "./call.ts";
import type { Choices } from "./choices.ts";

/** A body, or the choice of one. */
export type BodyRule = (choices: Choices) => Readonly<Record<string, unknown>>;

/** A kind of call. `<kind>` in its path stands for one of the names of that kind. */
export interface Template {
  readonly method: string;
  readonly path: string;
  readonly body?: BodyRule;
  /** A body that refers to something that is not there. */
  readonly missing?: BodyRule;
  /** A body with a configuration that no server takes. */
  readonly bad?: BodyRule;
  /** What the call has besides. */
  readonly extra?: (choices: Choices) => Partial<Call>;
  /** How often it is chosen, compared with others; 1 by default. */
  readonly weight?: number;
  /** The families that answer it; all by default. */
  readonly flavours?: readonly Flavour[];
  /** Whether it may be spoilt; true by default. */
  readonly isSpoilt?: boolean;
}

/** Calls about one kind of object. */
export interface Area {
  readonly name: string;
  /** Whether its objects belong to projects. */
  readonly isOfProject?: boolean;
  /** The first calls, which make objects for the others. */
  prepare(choices: Choices): readonly Call[];
  readonly templates: readonly Template[];
  /** How many sequences are about it, compared with others; the number of its routes by default. */
  readonly weight?: number;
}

/** A GET of each path. */
export function reads(...paths: readonly string[]): readonly Template[] {
  return paths.map((path) => ({ method: "GET", path }));
}
