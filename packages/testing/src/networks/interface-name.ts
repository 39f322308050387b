import type { ValueRule } from "../core/config-rules.ts";

/** A name that a network interface may have, in the servers' own words. */
export const interfaceName: ValueRule = (value) => {
  const about = "Network interface";
  if (value.length < 2) return `${about} is too short (minimum 2 characters)`;
  if (value.length > 15) return `${about} is too long (maximum 15 characters)`;
  return /^[-_a-zA-Z0-9.]+$/.test(value) ? undefined : `${about} contains invalid characters`;
};
