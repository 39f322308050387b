import { expect, test } from "vitest";
import { findReleaseSource, formatSuiteSource, hasSuite, parseAptSources } from "./apt-sources.ts";

const fields = `# A comment
Types: deb deb-src
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm-backports
Components: main
`;

test("the form with fields is read, without comments and entries that are off", () => {
  const sources = parseAptSources(fields, "sources");
  expect(sources.map(({ uris }) => uris[0])).toEqual([
    "http://mirror.example/debian",
    "http://mirror.example/debian-security",
  ]);
  expect(sources[0]).toEqual({
    types: ["deb", "deb-src"],
    uris: ["http://mirror.example/debian"],
    suites: ["bookworm", "bookworm-updates"],
    components: ["main", "contrib"],
    fields: { "Signed-By": "/usr/share/keyrings/debian-archive-keyring.gpg" },
  });
});

test("a field may go on over several lines", () => {
  const key = "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----";
  const [source] = parseAptSources(
    `Types: deb\nURIs: http://a.example\nSuites: trixie\nComponents: main\n${key}\n`,
    "sources",
  );
  expect(source?.fields["Signed-By"]).toContain("abc");
  expect(source?.suites).toEqual(["trixie"]);
});

test("the form with one entry per line is read", () => {
  const text = `
# deb http://off.example/debian bookworm main
deb [arch=amd64,arm64 signed-by=/etc/key.gpg trusted=yes] http://mirror.example/debian bookworm main contrib # note
deb-src http://mirror.example/debian bookworm main
nonsense
`;
  expect(parseAptSources(text, "list")).toEqual([
    {
      types: ["deb"],
      uris: ["http://mirror.example/debian"],
      suites: ["bookworm"],
      components: ["main", "contrib"],
      fields: { Architectures: "amd64 arm64", "Signed-By": "/etc/key.gpg", Trusted: "yes" },
    },
    expect.objectContaining({ types: ["deb-src"] }),
  ]);
});

test("a suite is added from the place of the machine's own release", () => {
  const sources = parseAptSources(fields, "sources");
  expect(hasSuite(sources, "bookworm-backports")).toBe(false);
  const release = findReleaseSource(sources, "bookworm");
  expect(release && formatSuiteSource(release, "bookworm-backports")).toBe(`Types: deb
URIs: http://mirror.example/debian
Suites: bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`);
  expect(findReleaseSource(sources, "trixie")).toBeUndefined();
});

test("what was written is read again", () => {
  const [source] = parseAptSources("deb [trusted=yes] http://a.example/debian bookworm main", "list");
  const text = source && formatSuiteSource(source, "bookworm-backports");
  expect(parseAptSources(text ?? "", "sources")).toEqual([{ ...source, suites: ["bookworm-backports"] }]);
});
