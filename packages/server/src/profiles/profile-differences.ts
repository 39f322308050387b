import type { Profile, ProfilePut } from "@lxdkit/protocol";

type Values = Readonly<Record<string, string>>;

/**
 * What a profile has otherwise than wanted, sorted: `description`, `config.KEY`, `devices.NAME` for a device that only
 * one of them has, `devices.NAME.KEY`. A part that is not wanted is not compared, and an empty value is none.
 */
export function profileDifferences(profile: Profile, wanted: ProfilePut): string[] {
  const { description, config, devices } = wanted;
  return [
    ...(description === undefined || description === profile.description ? [] : ["description"]),
    ...(config === undefined ? [] : valueDifferences("config", profile.config, config)),
    ...(devices === undefined ? [] : deviceDifferences(profile.devices, devices)),
  ].sort();
}

function deviceDifferences(present: Profile["devices"], wanted: Profile["devices"]): string[] {
  return allKeys(present, wanted).flatMap((name) => {
    const at = `devices.${name}`;
    const [one, other] = [present[name], wanted[name]];
    return one === undefined || other === undefined ? [at] : valueDifferences(at, one, other);
  });
}

function valueDifferences(at: string, present: Values, wanted: Values): string[] {
  return allKeys(present, wanted)
    .filter((key) => (present[key] ?? "") !== (wanted[key] ?? ""))
    .map((key) => `${at}.${key}`);
}

function allKeys(one: object, other: object): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
