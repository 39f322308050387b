/** The programs that are in `/bin` of every instance of the fake; each of them is a built-in. */
export const builtInNames: readonly string[] = [
  ...["[", "basename", "cat", "chmod", "chown", "cp", "cut", "date", "dirname", "echo", "env", "false", "find", "grep"],
  ...[
    "head",
    "hostname",
    "id",
    "ln",
    "ls",
    "md5sum",
    "mkdir",
    "mv",
    "printenv",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "rm",
  ],
  ...["rmdir", "seq", "sh", "sha1sum", "sha256sum", "sleep", "sort", "stat", "stty", "tail", "tee", "test", "touch"],
  ...["tr", "true", "tty", "uname", "uniq", "wc", "whoami", "yes"],
];
