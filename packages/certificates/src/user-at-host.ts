import { hostname, userInfo } from "node:os";

/** What `lxc` and `incus` call the certificate of somebody: `user@host`, with `UNKNOWN` for what cannot be found out. */
export function userAtHost(user: () => string = currentUser, host: () => string = hostname): string {
  return `${known(user)}@${known(host)}`;
}

function currentUser(): string {
  return userInfo().username;
}

/** A user that is in no list of users, as in some containers, makes Node throw. */
function known(find: () => string): string {
  try {
    return find() || "UNKNOWN";
  } catch {
    return "UNKNOWN";
  }
}
