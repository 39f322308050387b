import { type Flavour, flavourTitle } from "../flavour.ts";
import { LxdkitError } from "../lxdkit-error.ts";

const startsWithLetter = /^[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const startsWithLetterOrDigit = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const onlyDigits = /^[0-9]+$/;

/**
 * Says whether a server of this flavour accepts `name` for an instance: 1 to 63 letters, digits and hyphens, no hyphen
 * at either end. LXD refuses a leading digit; Incus refuses only a name that is all digits. Measured on LXD 5.0.2
 * and Incus 6.0.4.
 */
export function isInstanceName(name: string, flavour: Flavour): boolean {
  if (flavour === "lxd") return startsWithLetter.test(name);
  return startsWithLetterOrDigit.test(name) && !onlyDigits.test(name);
}

/**
 * Passes a name that the server would accept.
 *
 * @throws {LxdkitError} `BAD_INSTANCE_NAME`, before any request, when it would not.
 */
export function checkInstanceName(name: string, flavour: Flavour): void {
  if (isInstanceName(name, flavour)) return;
  const first = flavour === "lxd" ? "start with a letter" : "not be all digits";
  throw new LxdkitError(`${JSON.stringify(name)} is not a name that ${flavourTitle(flavour)} accepts for an instance`, {
    code: "BAD_INSTANCE_NAME",
    hint: `Use 1 to 63 letters, digits and hyphens, ${first}, with no hyphen at either end.`,
  });
}
