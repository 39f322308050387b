/** Something that whoever runs a manager may want to know, and that stops nothing. */
export interface Notice {
  readonly level: "information" | "warning";
  readonly message: string;
}

/** Hears notices; what it throws is ignored. */
export type OnNotice = (notice: Notice) => void;

/** Tells a listener, who shall not keep anything from being done. */
export function tellNotice(onNotice: OnNotice | undefined, level: Notice["level"], message: string): void {
  try {
    onNotice?.({ level, message });
  } catch {
    // Nothing depends on it.
  }
}
