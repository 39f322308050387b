/** What is reported while an image is looked for and copied. */
export interface ImageStatus {
  readonly status: "allocating";
  /** For people, for example `Retrieving image: rootfs: 42% (5.10MB/s)`. */
  readonly message: string;
}

/** Hears what is going on; what it throws is ignored. */
export type OnImageStatus = (status: ImageStatus) => void;

/** Tells a listener, who shall not keep anybody from getting an image. */
export function tellStatus(onStatus: OnImageStatus | undefined, message: string): void {
  try {
    onStatus?.({ status: "allocating", message });
  } catch {
    // Nobody's image depends on it.
  }
}
