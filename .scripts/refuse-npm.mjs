// Runs before every install and stops npm, which would build a tree that the workspace cannot use.
if ((process.env.npm_config_user_agent ?? "").startsWith("npm/")) {
  process.stderr.write(
    "\nThis workspace is installed by pnpm, not by `npm install`.\n" +
      "Run `npm start`, `npm test` or `npm run bootstrap`: each of them installs what it needs.\n\n",
  );
  process.exit(1);
}
