import type { Devices, Flavour } from "@lxdkit/protocol";

/** What a change merges into an object of a server: key by key, an empty value removes a key. */
export interface ObjectChange {
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly devices?: Devices | undefined;
  readonly description?: string | undefined;
}

/** A request that makes an object of the server. When it is there by then, the body is merged into it. */
export interface CreateAction {
  readonly kind: "create";
  readonly method: "POST" | "PUT";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Where the object is afterwards; undefined for what is no object, such as a cluster. */
  readonly object: string | undefined;
}

/** A request that changes an object of the server, by its ETag. It is not sent when the object is so already. */
export interface UpdateAction {
  readonly kind: "update";
  readonly method: "PUT";
  readonly path: string;
  /** What is to be merged into the object as it is then. */
  readonly change: ObjectChange;
  /** The body as it would be now. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** A program of the host. */
export interface CommandAction {
  readonly kind: "command";
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** How often it is tried in all, and the exit codes and outputs after which it is tried again. */
  readonly retry?: { readonly attempts: number; readonly pauseMs: number; readonly exitCodes: readonly number[] };
  /** Whether its failure is none of the step. */
  readonly mayFail?: boolean | undefined;
}

/** A request to snapd, whose change is followed to its end. */
export interface SnapAction {
  readonly kind: "snap";
  readonly method: "POST";
  readonly path: string;
  readonly body: { readonly action: "install" | "refresh"; readonly channel: string };
  readonly snap: string;
}

/** Keys to set in a file of the host, in one step. */
export interface FileAction {
  readonly kind: "file";
  readonly path: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Waiting until a server answers. */
export interface WaitAction {
  readonly kind: "wait";
  readonly flavour: Flavour;
  readonly timeoutMs: number;
}

/** Letting the server listen for HTTPS; an address that is configured by then stays. */
export interface ListenAction {
  readonly kind: "listen";
  readonly method: "PUT";
  readonly path: "/1.0";
  readonly address: string;
}

/** Making the server trust the certificate of a client. */
export interface TrustAction {
  readonly kind: "trust";
  readonly method: "POST";
  readonly path: "/1.0/certificates";
  readonly name: string;
  /** In PEM. */
  readonly certificate: string;
}

/** The exact thing that a step does. */
export type Action =
  | CreateAction
  | UpdateAction
  | CommandAction
  | SnapAction
  | FileAction
  | WaitAction
  | ListenAction
  | TrustAction;

/** One step of a plan: plain data, which can be printed and kept. */
export interface Step {
  /** Stable name, for example `install-lxd`, `storage-pool default`, `profile default`. Unique in a plan. */
  readonly id: string;
  /** What it changes, for people. */
  readonly changes: string;
  /** Why it is needed, for people. */
  readonly why: string;
  readonly action: Action;
  /** Whether it is taken back when a later step fails. */
  readonly isUndoable: boolean;
}
