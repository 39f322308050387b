/** A process of an instance. */
export interface Process {
  readonly pid: number;
  readonly uid: number;
  /** Its words, with blanks between them. */
  readonly command: string;
}

/** The processes of an instance that commands started. */
export interface Processes {
  list(): readonly Process[];
  /** Sends a signal; false when there is no such process. */
  kill(pid: number, signal: number): boolean;
}

/** The {@link Processes} as those see them who start and end them. */
export interface ProcessTable extends Processes {
  /** Adds one, and gives its number. */
  start(process: Omit<Process, "pid">, kill: (signal: number) => void): number;
  end(pid: number): void;
}

const firstPid = 300;

/** Makes an empty {@link ProcessTable}. */
export function createProcessTable(): ProcessTable {
  const running = new Map<number, Process & { kill(signal: number): void }>();
  let lastPid = firstPid;
  return {
    list: () => [...running.values()].map(({ pid, uid, command }) => ({ pid, uid, command })),
    kill(pid, signal) {
      const found = running.get(pid);
      if (signal > 0) found?.kill(signal);
      return found !== undefined;
    },
    start(process, kill) {
      lastPid += 1;
      running.set(lastPid, { ...process, pid: lastPid, kill });
      return lastPid;
    },
    end: (pid) => void running.delete(pid),
  };
}
