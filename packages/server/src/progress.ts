/** The steps of a container's life that are reported. */
export type Step =
  | "creating"
  | "downloading"
  | "created"
  | "starting"
  | "running"
  | "waiting-for-address"
  | "addressed"
  | "waiting-for-agent"
  | "waiting-for-cloud-init"
  | "initialised"
  | "stopping"
  | "removing"
  | "removed"
  | "cleaning-up";

/** One report of progress. */
export interface Progress {
  readonly step: Step;
  /** Name of the container; empty while the server has not chosen one. */
  readonly container: string;
  /** What there is to say besides, for example `rootfs: 43% (5.12MB/s)` or an address. */
  readonly detail?: string;
}

/** Hears reports of progress; an exception in it fails the task. */
export type OnProgress = (progress: Progress) => void;
