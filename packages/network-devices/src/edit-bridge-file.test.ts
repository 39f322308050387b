import { expect, test } from "vitest";
import { bridgeOfFile } from "./bridge-file.ts";
import { editBridgeFile } from "./edit-bridge-file.ts";

const text =
  '# by hand\nUSE_LXD_BRIDGE="false"\n\nOTHER=1 # LXD_BRIDGE=\nLXD_IPV4_DHCP_RANGE="10.0.100.2,10.0.100.254"\n';

test("keys are set in place or at the end; all else stays", () => {
  const values = { USE_LXD_BRIDGE: "true", LXD_IPV4_DHCP_RANGE: "", LXD_IPV4_ADDR: "10.0.4.1", LXD_BRIDGE: "lxdbr0" };
  const edited = editBridgeFile(text, values);
  expect(edited).toBe(
    '# by hand\nUSE_LXD_BRIDGE="true"\n\nOTHER=1 # LXD_BRIDGE=\nLXD_IPV4_DHCP_RANGE=""\n' +
      'LXD_IPV4_ADDR="10.0.4.1"\nLXD_BRIDGE="lxdbr0"\n',
  );
  expect(bridgeOfFile(edited, { path: "/f" })).toBe("lxdbr0");
  // The original makes the file one line longer at each edit.
  expect(editBridgeFile(edited, values)).toBe(edited);
});

test("what says the same already stays, however it is written", () => {
  expect(editBridgeFile('A=1\nB= "2" \n\n', { A: "1", B: "2" })).toBe('A=1\nB= "2" \n\n');
  expect(editBridgeFile("A=1", { B: "" })).toBe('A=1\nB=""\n');
  expect(editBridgeFile("", { B: "" })).toBe('B=""\n');
});

test.each([{ A: 'x"; reboot; "' }, { A: "$(reboot)" }, { A: "1\nB=2" }, { "A B": "" }, { "": "" }])(
  "%j cannot be written",
  (values) => {
    expect(() => editBridgeFile("", values)).toThrow(TypeError);
  },
);
