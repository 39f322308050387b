import type { OnProgress, Progress, Step } from "@lxdkit/server";

const texts: Readonly<Record<Step, string>> = {
  creating: "creating",
  downloading: "the server downloads the image,",
  created: "created",
  starting: "starting",
  running: "running",
  "waiting-for-address": "waiting for an address",
  addressed: "reachable at",
  "waiting-for-agent": "waiting for its agent",
  "waiting-for-cloud-init": "waiting for cloud-init",
  initialised: "cloud-init is done",
  stopping: "stopping",
  removing: "removing",
  removed: "removed",
  "cleaning-up": "removing what was made",
};

/** A download tells its percentage many times a second; a reader wants one now and then. */
const downloadEveryMs = 1_000;

/** Writes each report of progress as a line to stderr. */
export function progressLines(): OnProgress {
  let lastDownload = -Infinity;
  return (progress) => {
    if (progress.step === "downloading") {
      const now = performance.now();
      if (now - lastDownload < downloadEveryMs) return;
      lastDownload = now;
    }
    process.stderr.write(`${progressText(progress)}\n`);
  };
}

/** One report as a line, without its end. */
export function progressText({ step, container, detail }: Progress): string {
  return `${container || "container"}: ${texts[step]}${detail === undefined ? "" : ` ${detail}`}`;
}
