import { describe, expect, test } from "vitest";
import { buildUserData, type UserDataInput, type UserDataOptions } from "./build-user-data.ts";
import type { CloudConfig } from "./cloud-config.ts";

const merged = (input: UserDataInput, options?: UserDataOptions): string[] =>
  buildUserData(input, options).trimEnd().split("\n").slice(1);

test("without anything it is an empty document", () => {
  expect(buildUserData({})).toBe("#cloud-config\n{}\n");
});

test("a lone document stays as it is, to the letter", () => {
  const texts = [
    "#cloud-config\n# why\nruncmd: [ 'a' ]   \n\n",
    "#!/bin/sh\nexit 0",
    "#include\nhttps://host.example/init.yaml\n",
    "#cloud-config-archive\n- type: text/x-shellscript\n",
    "## template: jinja\n#cloud-config\nhostname: {{ v1.region }}\n",
    "Content-Type: multipart/mixed; boundary=a\nMIME-Version: 1.0\n\n--a--\n",
  ];
  expect(texts.map((text) => buildUserData({ documents: [text] }))).toEqual(texts);
});

describe("merging", () => {
  test("lists are appended and maps merged, in the order config, proxies, documents", () => {
    const input: UserDataInput = {
      config: [
        { packages: ["a"], apt: { conf: "x" } },
        { packages: ["b"], runcmd: ["one"] },
      ],
      proxies: { http: "http://proxy.example:3128", noProxy: ["10.0.0.0/8"] },
      documents: ["#cloud-config\npackages:\nruncmd: [two]\napt: {preserve_sources_list: true}\n"],
    };
    expect(merged(input)).toEqual([
      "packages:",
      "- a",
      "- b",
      "apt:",
      "  conf: x",
      '  http_proxy: "http://proxy.example:3128"',
      "  preserve_sources_list: true",
      "runcmd:",
      "- one",
      "- two",
      "write_files:",
      "- path: /etc/environment",
      "  append: true",
      '  content: "\\nhttp_proxy=\\"http://proxy.example:3128\\"\\nHTTP_PROXY=\\"http://proxy.example:3128\\"\\nno_proxy=\\"10.0.0.0/8\\"\\nNO_PROXY=\\"10.0.0.0/8\\"\\n"',
    ]);
  });

  test("what is the same everywhere is no conflict", () => {
    const user = { name: "a", shell: "/bin/sh" };
    const config: CloudConfig = {
      timezone: "Etc/UTC",
      users: ["default", user],
      write_files: [{ path: "/a", content: "" }],
    };
    expect(buildUserData({ config: [config, structuredClone(config)] })).toBe(buildUserData({ config }));
  });

  const contradictions: readonly CloudConfig[] = [
    { timezone: "Etc/UTC", users: [{ name: "a", uid: 1 }], apt: { conf: "secret-1" } },
    { timezone: "Etc/GMT", users: ["b", { name: "a", uid: 2 }], apt: { conf: "secret-2" }, hostname: "h" },
  ];

  test("what is not is named, with the document and without the value", () => {
    expect(() => buildUserData({ config: contradictions })).toThrow(
      expect.objectContaining({
        code: "CLOUD_CONFIG_CONFLICT",
        message:
          "documents of user data contradict each other: timezone is another one in config 2 than before (and 2 more)",
        problems: ["timezone", "users[0]", "apt.conf"].map((path) => expect.objectContaining({ path }) as unknown),
      }),
    );
    const named = { name: "init.yaml", text: "#cloud-config\ntimezone: Etc/GMT\n" };
    expect(() => buildUserData({ config: { timezone: "Etc/UTC" }, documents: [named] })).toThrow(
      expect.objectContaining({ message: expect.stringContaining("in init.yaml than") as string }),
    );
  });

  test.each([
    ["first", 1, "Etc/UTC"],
    ["last", 2, "Etc/GMT"],
  ] as const)("or that of the %s counts", (onConflict, uid, timezone) => {
    const lines = merged({ config: contradictions }, { onConflict });
    expect(lines).toEqual(expect.arrayContaining([`timezone: ${timezone}`, `  uid: ${String(uid)}`, "- b"]));
    expect(lines.filter((line) => line.includes("name: a"))).toHaveLength(1);
  });

  test("a list and a map, files of one path, and files that are appended to", () => {
    const conflict = expect.objectContaining({ code: "CLOUD_CONFIG_CONFLICT" });
    const file = { path: "/a", content: "1" };
    const both = (a: object, b: object) => () => buildUserData({ config: [a as CloudConfig, b as CloudConfig] });
    expect(both({ growpart: [] }, { growpart: {} })).toThrow(conflict);
    expect(both({ write_files: [file] }, { write_files: [{ ...file, content: "2" }] })).toThrow(conflict);
    expect(both({ write_files: [file] }, { write_files: [{ ...file, content: "2", append: true }] })()).toMatch(/2/);
  });
});

describe("several kinds", () => {
  const script = "#!/bin/sh\necho one\n";

  test("are parts, the merged one first", () => {
    const text = buildUserData({ config: { packages: ["a"] }, documents: [script, "#cloud-config\npackages: [b]\n"] });
    const [, boundary = ""] = /boundary="(.*)"/.exec(text) ?? [];
    expect(text).toBe(`Content-Type: multipart/mixed; boundary="${boundary}"
MIME-Version: 1.0

--${boundary}
Content-Type: text/cloud-config; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit

#cloud-config
packages:
- a
- b

--${boundary}
Content-Type: text/x-shellscript; charset="utf-8"
MIME-Version: 1.0
Content-Transfer-Encoding: 7bit

${script}
--${boundary}--
`);
    expect(buildUserData({ documents: [text, script] })).not.toContain(`boundary="${boundary}"\n\n`);
  });

  test("lists of templates, which only cloud-init can merge, are to be appended", () => {
    const template = "## template: jinja\n#cloud-config\nruncmd: [echo {{ v1.region }}]\n";
    const text = buildUserData({ config: { runcmd: ["a"] }, documents: [template] });
    expect(text.match(/^Content-Type: text\/.*|^Merge-Type: .*/gm)).toEqual([
      'Content-Type: text/cloud-config; charset="utf-8"',
      'Content-Type: text/jinja2; charset="utf-8"',
      "Merge-Type: list(append)+dict(no_replace,recurse_list)+str()",
    ]);
  });

  test("the same input gives the same text, and no boundary occurs in a part", () => {
    const inner = buildUserData({ documents: [script, "#cloud-boothook\n"] });
    const outer = buildUserData({ documents: [inner, script] });
    expect(buildUserData({ documents: [inner, script] })).toBe(outer);
    const [first, second] = [...outer.matchAll(/boundary="(.*)"/g)].map(([, boundary]) => boundary);
    expect(first).not.toBe(second);
    expect(outer).toContain(inner);
  });
});

test.each([
  ["", "document 1 is empty"],
  ["runcmd: []\n", "document 1 is no user data for cloud-init"],
  ["# cloud-config\n", "document 1 is no user data for cloud-init"],
  ["#cloud-configs\n", "document 1 is no user data for cloud-init"],
  ["#cloud-config\n- a\n", "document 1 is no map of keys"],
  ["#cloud-config\na: {secret\n", "document 1 is no valid YAML in line 3, column 1: "],
  [
    "#cloud-config\nruncmd: [a]\nruncmd: [b]\n",
    "document 1 is no valid YAML in line 3, column 1: a key is there twice",
  ],
  ["#cloud-config\na: 1\n---\nb: 1\n", "document 1 is no valid YAML in line 3, column 1: a second document begins"],
])("%j: %s", (text, message) => {
  expect(() => buildUserData({ documents: [text] })).toThrow(
    expect.objectContaining({ code: "USER_DATA_INVALID", message: expect.stringContaining(message) as string }),
  );
});

test("the size is counted in bytes", () => {
  const text = "#!/bin/sh\n# ä";
  expect(buildUserData({ documents: [text] }, { sizeLimit: 14 })).toBe(text);
  expect(() => buildUserData({ documents: [text] }, { sizeLimit: 13 })).toThrow(
    expect.objectContaining({ code: "CLOUD_INIT_DATA_TOO_LARGE", message: "user data has 14 bytes, 13 are the limit" }),
  );
});

test.each([
  [{ http: "proxy" }, "http"],
  [{ https: 'http://a"b' }, "https"],
  [{ apt: { http: "a b" } }, "apt.http"],
  [{ noProxy: ["a,b"] }, "noProxy"],
])("the proxies %j are refused", (proxies, path) => {
  expect(() => buildUserData({ proxies })).toThrow(expect.objectContaining({ code: "PROXY_INVALID", path }));
});

test("what YAML 1.1 reads as something else is text where cloud-init takes it for text", () => {
  const document = "#cloud-config\npackages: [y, 1e3, 08, 0644, 1:30, no]\n";
  expect(() => buildUserData({ documents: [document] })).toThrow(
    // Octal, of base sixty, and a truth value.
    expect.objectContaining({
      problems: [3, 4, 5].map((index) => expect.objectContaining({ path: `packages[${String(index)}]` }) as unknown),
    }),
  );
  const modes = "#cloud-config\nwrite_files: [{path: /a, permissions: 0600}]\nuntil: 2031-01-01\n";
  expect(merged({ config: {}, documents: [modes] })).toEqual([
    "write_files:",
    "- path: /a",
    '  permissions: "0600"',
    'until: "2031-01-01"',
  ]);
});
