// The client
export { type Client, type ClientPlace, createClient } from "./client.ts";
export type {
  AllProjectsOptions,
  CallOptions,
  ChangeOptions,
  FilterOptions,
  Tagged,
  TargetOptions,
} from "./call-options.ts";

// Resources
export type { ImageAliasesApi } from "./images/image-aliases.ts";
export type { ImagesApi } from "./images/images.ts";
export type { InstancesApi, ListInstancesOptions } from "./instances/instances.ts";
export type { OpenSocketOptions, OperationsApi, WaitCallOptions } from "./operations.ts";
export type { ChangeServerOptions, ServerApi } from "./server.ts";

// Commands and consoles
export type { DetachedExec, ExecApi } from "./exec/exec.ts";
export type { ExecOptions } from "./exec/exec-options.ts";
export type { ExecExit } from "./exec/exit-status.ts";
export type { LinuxSignal } from "./exec/linux-signal.ts";
export type { ExecSession, OpenExecOptions } from "./exec/open-exec.ts";
export type { RecordedExec, RecordExecOptions } from "./exec/record-exec.ts";
export type { ExecInput, ExecResult, RunExecOptions } from "./exec/run-exec.ts";
export type { ConsoleApi } from "./console/console.ts";
export type { ConsoleSession, OpenConsoleOptions } from "./console/open-console.ts";
export type { OpenVgaOptions, VgaChannel, VgaConsole } from "./console/open-vga.ts";
export type { TerminalSize } from "./session/session-control.ts";

// Files
export type { FilesApi } from "./files/files.ts";
export type { FileProgress, OnFileProgress } from "./files/file-progress.ts";
export type { PullFileOptions } from "./files/pull-file.ts";
export type { TreeOptions, TreeResult } from "./files/pull-tree.ts";
export type { PushFileOptions } from "./files/push-file.ts";
export type { PushTreeOptions } from "./files/push-tree.ts";
export type { FileStat, InstanceFile } from "./files/read-file.ts";
export type {
  DeleteFileOptions,
  MakeDirectoryOptions,
  NewFileAttributes,
  WriteFileOptions,
} from "./files/write-file.ts";

// Operations and events
export type { EventHub, HubListener, HubReadyOptions } from "./event-hub.ts";
export type { EventsApi, EventWatch, WatchEventsOptions } from "./events/watch-events.ts";
export type { ResyncNotice, WatchedEvent } from "./events/watched-event.ts";
export type { OperationHandle } from "./operation-handle.ts";
export type { WaitOperationOptions } from "./wait-operation.ts";

// Errors
export { FileError } from "./files/file-error.ts";
export { SessionError } from "./session/session-error.ts";
export { OperationError } from "./operation-error.ts";
export { ProtocolError } from "./protocol-error.ts";
