import { execFile } from "node:child_process";
import { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { systemClock } from "../../../core/clock.ts";
import { defaultRoot } from "../../files/default-root.ts";
import type { Directory } from "../../files/file-node.ts";
import { createFileTree } from "../../files/file-tree.ts";
import { builtIns } from "../built-ins.ts";
import { createProcessTable } from "../processes.ts";
import { runProgram } from "../run-program.ts";

interface Printed {
  readonly status: number;
  readonly out: string;
}

/** Scripts that do not look at the machine, so that any shell has to say the same. */
const scripts = [
  `echo a  b; echo "a  b" 'c  d' e\\ f; echo -n x; echo`,
  `x=1; y="$x 2"; echo $y "$y" '$y' \${x}y "\${y}z" \${none:-other} \${x:+set} \${#y}`,
  `true && echo yes || echo no; false && echo yes || echo no; ! false && echo turned`,
  `if [ 1 -lt 2 ]; then echo less; else echo more; fi; if false; then :; elif test -n x; then echo elif; fi`,
  `for i in 1 2 3; do [ $i = 2 ] && continue; echo "i=$i"; done; for w in "a b" c; do echo "<$w>"; done`,
  `i=0; while [ $i -lt 3 ]; do i=$((i + 1)); done; echo $i; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i`,
  `echo $((2 + 3 * 4)) $(( (2 + 3) * 4 )) $((7 / 2)) $((7 % 3)) $((1 < 2)) $((-3))`,
  `f() { echo "f $1 $#"; return 3; }; f x y; echo $?; f; set -- a "b c"; echo "$2" $#; shift; echo "$1"`,
  `case abc in a*) echo star;; *) echo other;; esac; case x in y|x) echo either;; esac; case q in [a-c]) echo no;; esac`,
  `echo "$(echo inner; echo two)" \`echo back\`; echo "outer $(echo "quoted $(echo deep)")"`,
  `echo one | cat; printf '%s-%s\\n' a b c d; echo a b c | wc -w; printf 'b\\na\\n' | grep a`,
  `(x=2; echo $x); echo "[$x]"; { echo group; echo of; } | cat; (exit 4); echo $?`,
  `echo out; echo err >&2; { echo both; echo none >&2; } 2>/dev/null`,
  `set -e; false || echo kept; if false; then :; fi; echo here; false; echo never`,
  `p=/a/b/c.tar.gz; echo \${p##*/} \${p%/*} \${p%%.*} \${p#/a}`,
  `printf 'x 1\\ny 2 3\\n' | while read a b; do echo "$b-$a"; done`,
  `exit 7`,
  `kill -TERM $$`,
  `trap 'echo bye' EXIT; echo hi; exit 3`,
  `echo "unfinished`,
  `if true; then echo x`,
  `echo a; fi`,
  `echo done fi; for i in do; do echo $i; done`,
  `no-such-command; echo $?`,
  `for i in 1 2; do for j in a b; do [ $j = b ] && break; echo $i$j; done; done`,
  `x=5 env | grep '^x='; echo "[$x]"; export y=6; env | grep '^y='; unset y; echo "[$y]"`,
  `echo "a\\"b" a\\$b 'it'"'"'s'; echo '*' "?" # a comment`,
  `eval 'echo evaluated'; command -v cd; test -d /tmp && echo a directory; cd /tmp && pwd`,
  `echo a; echo b |
cat &&
  echo c
echo d \\
  e`,
  `head -n 1 /dev/null; echo abc | head -c 2; echo; echo x | tee /dev/null`,
  `printf 'b 2\\na 10\\na 9\\n' | sort; printf '2\\n10\\n2\\n' | sort -n | uniq; seq 3 | tail -n 1; seq 5 | head -n 2; seq 5 | head -2; seq 5 | tail -2`,
  `yes | head -n 2; echo a:b:c | cut -d : -f 2; echo abc | tr a-c x-z; echo abc | sha256sum; basename /a/b.c .c`,
  `yes() { echo y; }; yes | cat; echo \${1:-none} $0`,
];

/** What the shell of this machine says. */
async function realShell(script: string): Promise<Printed> {
  const running = promisify(execFile)("sh", ["-c", script], { timeout: 10_000 });
  running.child.stdin?.end();
  try {
    return { status: 0, out: (await running).stdout };
  } catch (error) {
    const { code, signal, stdout } = error as { code: number | null; signal: string | null; stdout: string };
    return { status: signal === "SIGTERM" ? 143 : (code ?? -1), out: stdout };
  }
}

async function fakeShell(script: string): Promise<Printed> {
  let root: Directory = defaultRoot({ name: "c1", config: {} });
  const files = createFileTree({
    root: () => root,
    keep: (changed) => void (root = changed),
    now: () => 0,
    toDevice: () => undefined,
  });
  files.write("/dev/null", "");
  let out = "";
  const sink = (take: (text: string) => void): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        take(chunk.toString());
        done();
      },
    });
  const status = await runProgram({
    command: ["sh", "-c", script],
    ...{ stdin: Readable.from([]), stdout: sink((text) => (out += text)), stderr: sink(() => undefined) },
    environment: { PATH: "/bin", HOME: "/root" },
    ...{ directory: "/", uid: 0, gid: 0, terminal: undefined, instance: { name: "c1", project: "default" } },
    ...{ files, clock: systemClock, signal: new AbortController().signal, programs: builtIns, commands: {} },
    onSignal: () => undefined,
    processes: createProcessTable(),
  });
  return { status, out };
}

test.each(scripts)("the shell of instances says what a real one says: %s", async (script) => {
  const [fake, real] = await Promise.all([fakeShell(script), realShell(script)]);
  expect(fake).toEqual(real);
});
