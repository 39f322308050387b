import type { Devices } from "./instance.ts";
import type { InstanceSource, InstanceStatePut } from "./instance-source.ts";

/** Body of `PUT` (replaces) and `PATCH /1.0/instances/{name}` (merges). */
export interface InstancePut {
  readonly architecture?: string;
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  readonly ephemeral?: boolean;
  readonly profiles?: readonly string[];
  readonly stateful?: boolean;
  readonly description?: string;
  /** Name of a snapshot to go back to, alone in the body. */
  readonly restore?: string;
}

/** The other side of a migration that pushes. */
export interface MigrationTarget {
  /** PEM certificate of the other server. */
  readonly certificate?: string;
  /** URL of the operation there. */
  readonly operation?: string;
  /** Secrets of that operation's web sockets. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Body of `POST /1.0/instances/{name}`: renames, moves or migrates. */
export interface InstancePost {
  readonly name: string;
  /** True: a migration, or with `?target=` a move inside the cluster. */
  readonly migration?: boolean;
  readonly live?: boolean;
  /** Without snapshots. */
  readonly instance_only?: boolean;
  readonly target?: MigrationTarget;
  /** Pool to move to. */
  readonly pool?: string;
  /** Project to move to. */
  readonly project?: string;
  readonly allow_inconsistent?: boolean;
  /** What the moved instance shall have instead. Extension `instance_move_config`. */
  readonly config?: Readonly<Record<string, string>>;
  readonly devices?: Devices;
  readonly profiles?: readonly string[];
}

/** Body of `PUT /1.0/instances`: one change of state for all instances of a project. */
export interface InstancesPut {
  readonly state: InstanceStatePut;
}

/** Body of `POST /1.0/instances/{name}/rebuild` (extension `instances_rebuild`). */
export interface InstanceRebuildPost {
  readonly source: InstanceSource;
}

/** Body of `POST /1.0/instances/{name}/exec`. */
export interface InstanceExecPost {
  readonly command: readonly string[];
  /** True: streams over web sockets; false: a task. */
  readonly "wait-for-websocket": boolean;
  /** On a terminal; only with web sockets. */
  readonly interactive: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Columns of the terminal. */
  readonly width?: number;
  /** Rows of the terminal. */
  readonly height?: number;
  /** Keep the output in files on the server; only without web sockets. */
  readonly "record-output"?: boolean;
  /** Numeric id. */
  readonly user?: number;
  /** Numeric id. */
  readonly group?: number;
  readonly cwd?: string;
}

/** A text message on the control socket of a command or a console. */
export type SessionControl =
  | {
      readonly command: "window-resize";
      /** Decimal digits. */
      readonly args: { readonly width: string; readonly height: string };
    }
  | { readonly command: "signal"; readonly signal: number };

/** Body of `POST /1.0/instances/{name}/console`. */
export interface InstanceConsolePost {
  readonly type: "console" | "vga";
  readonly width?: number;
  readonly height?: number;
  /** Take it away from another client. Extension `console_force`. */
  readonly force?: boolean;
}
