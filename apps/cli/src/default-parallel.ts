/**
 * Containers that are worked on at a time unless told otherwise. A launch keeps the processors of the server busy, so
 * more at a time only get in each other's way; a deletion mostly waits.
 */
export const defaultParallel = { launch: 10, delete: 32 } as const;
