/** The programs that are in `/bin` of every instance of the fake; each of them is a built-in. */
export const builtInNames: readonly string[] = [
  ...[
    "[",
    "cat",
    "chmod",
    "chown",
    "cp",
    "echo",
    "env",
    "false",
    "grep",
    "head",
    "hostname",
    "id",
    "ln",
    "ls",
    "mkdir",
  ],
  ...["mv", "printenv", "printf", "pwd", "readlink", "rm", "sh", "sleep", "stat", "stty", "tee", "test", "touch"],
  ...["true", "tty", "uname", "wc", "whoami"],
];
