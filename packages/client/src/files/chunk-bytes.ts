/**
 * How many bytes of a local file are read, or gathered to be written, at a time. With the 64 KiB of Node's streams a
 * large file takes half as long again.
 */
export const chunkBytes: number = 1024 * 1024;
