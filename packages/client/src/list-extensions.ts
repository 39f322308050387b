import type { ApiExtension } from "@lxdkit/protocol";
import type { AllProjectsOptions, FilterOptions } from "./call-options.ts";

/**
 * The extensions without which a server ignores options of a list, and gives other objects than those asked for.
 *
 * @param forAllProjects extension with which this list reaches over all projects.
 */
export function listExtensions(
  { filter, allProjects }: FilterOptions & AllProjectsOptions,
  forAllProjects?: ApiExtension,
): readonly ApiExtension[] {
  const needed: ApiExtension[] = [];
  if (filter !== undefined) needed.push("api_filtering_extended");
  if (allProjects === true && forAllProjects !== undefined) needed.push(forAllProjects);
  return needed;
}
