import { join } from "node:path";
import { LxdkitError } from "@lxdkit/protocol";

/** The folder of this program's own remotes: `$LXDKIT_CONF`, `$XDG_CONFIG_HOME/lxdkit`, or `~/.config/lxdkit`. */
export function remoteFolder(environment: Readonly<Record<string, string | undefined>>): string {
  const { LXDKIT_CONF, XDG_CONFIG_HOME, HOME } = environment;
  if (LXDKIT_CONF) return LXDKIT_CONF;
  if (XDG_CONFIG_HOME) return join(XDG_CONFIG_HOME, "lxdkit");
  if (HOME) return join(HOME, ".config", "lxdkit");
  throw new LxdkitError("neither LXDKIT_CONF nor HOME is set, so the configuration folder is unknown", {
    code: "CONFIG_FOLDER_UNKNOWN",
    hint: "Set LXDKIT_CONF to the folder.",
  });
}
