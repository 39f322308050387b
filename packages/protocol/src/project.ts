import * as z from "zod";
import { listOf, mapOf, stringMap, text } from "./wire.ts";

/** A project: `GET /1.0/projects/{name}`. */
export interface Project {
  readonly name: string;
  readonly description: string;
  readonly config: Readonly<Record<string, string>>;
  /** URLs of what is in it. */
  readonly used_by: readonly string[];
}

/** How much of one resource a project may use and uses. Servers capitalise these keys. */
export interface ProjectResource {
  /** -1: no limit. Bytes for `memory` and `disk`. */
  readonly Limit: number;
  readonly Usage: number;
}

/** `GET /1.0/projects/{name}/state`. */
export interface ProjectState {
  /** By kind: `containers`, `cpu`, `disk`, `instances`, `memory`, `networks`, `processes`, `virtual-machines`. */
  readonly resources: Readonly<Record<string, ProjectResource>>;
}

/** Reads a {@link Project}. */
export const projectSchema: z.ZodType<Project> = z.looseObject({
  name: z.string(),
  description: text,
  config: stringMap,
  used_by: listOf(z.string()),
});

/** Reads a {@link ProjectState}. */
export const projectStateSchema: z.ZodType<ProjectState> = z.looseObject({
  resources: mapOf(z.looseObject({ Limit: z.number(), Usage: z.number() })),
});

/** Body of `PUT` and `PATCH /1.0/projects/{name}`. A `config` replaces the whole one in both. */
export interface ProjectPut {
  readonly description?: string;
  readonly config?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/projects`. */
export interface ProjectsPost extends ProjectPut {
  readonly name: string;
}

/** Body of `POST /1.0/projects/{name}`: the new name. */
export interface ProjectPost {
  readonly name: string;
}
