/** Containers that are worked on at a time unless told otherwise. */
export const defaultParallel = 20;
