// Runs the long tests: `npm run test:long [-- --seed N --count N]`. With LXDKIT_LONG=ci they run a tenth of their counts.
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";

const isNumber = (text) => /^\d{1,9}$/.test(text);
const isCi = process.env.LXDKIT_LONG === "ci";

let options;
try {
  ({ values: options } = parseArgs({ options: { seed: { type: "string" }, count: { type: "string" } } }));
  for (const [name, text] of Object.entries(options)) {
    if (!isNumber(text)) throw new TypeError(`--${name} is a whole number, not ${text}`);
  }
} catch (error) {
  process.stderr.write(`${error.message}\nUsage: npm run test:long [-- --seed N --count N]\n`);
  process.exit(2);
}

// CI repeats the same run; by hand each run looks at something new, and the seed repeats it.
const seed = options.seed ?? (isCi ? "1" : String(randomInt(1, 1_000_000_000)));
const words = [`--seed ${seed}`, ...(options.count === undefined ? [] : [`--count ${options.count}`])].join(" ");
process.stdout.write(`test:long: ${words}\n`);
const { status } = spawnSync("vitest", ["run", "--project", "long"], {
  stdio: ["ignore", "inherit", "inherit"],
  env: { ...process.env, LXDKIT_SEED: seed, ...(options.count === undefined ? {} : { LXDKIT_COUNT: options.count }) },
});
process.stdout.write(`test:long: repeat it with \`npm run test:long -- ${words}\`\n`);
process.exitCode = status ?? 1;
