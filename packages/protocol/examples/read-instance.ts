import { checkInstanceName, type Instance, instanceSchema, isInstanceName } from "@lxdkit/protocol";

/** Reads an instance as a server sent it. */
export function main(json: string): Instance {
  // #region readme
  checkInstanceName("web-1", "lxd"); // throws BAD_INSTANCE_NAME for a name that LXD refuses
  isInstanceName("1st", "incus"); // true: Incus allows a digit in front, LXD does not

  const instance = instanceSchema.parse(JSON.parse(json));
  instance.config["limits.cpu"]; // config is {} even if the server sent null
  return instance;
  // #endregion
}
