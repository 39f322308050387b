/** The programs that are in `/bin` of every instance of the fake. */
export const builtInNames: readonly string[] = ["cat", "echo", "env", "false", "hostname", "id", "ls", "sh", "true"];
