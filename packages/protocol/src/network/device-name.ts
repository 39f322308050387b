/** Of the name of a network interface, in bytes: the kernel's limit without the zero at the end. */
export const longestDeviceName = 15;

/**
 * Whether Linux takes a text as the name of a network interface: 1 to 15 bytes, no white space, no `/`, no `#`, and
 * neither `.` nor `..`.
 */
export function isDeviceName(text: string): boolean {
  if (text === "." || text === "..") return false;
  return Buffer.byteLength(text) <= longestDeviceName && /^[^\s/#\0]+$/.test(text);
}
