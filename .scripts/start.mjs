// Runs the program with the given arguments; without any it shows the main job on the built-in fake server.
import { main } from "../apps/cli/dist/main.js";

const args = process.argv.slice(2);
await main(args.length > 0 ? args : ["demo"]);
