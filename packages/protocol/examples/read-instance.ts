import { checkInstanceName, instanceSchema, isInstanceName } from "@lxdkit/protocol";

/** Reads a limit of an instance as a server sent it. */
export function main(json: string): string | undefined {
  // #region readme
  checkInstanceName("web-1", "lxd"); // throws BAD_INSTANCE_NAME for a name that LXD refuses
  if (!isInstanceName("1st", "incus")) return undefined; // Incus allows a digit in front, LXD does not

  const instance = instanceSchema.parse(JSON.parse(json));
  return instance.config["limits.cpu"]; // config is {} even if the server sent null
  // #endregion
}
