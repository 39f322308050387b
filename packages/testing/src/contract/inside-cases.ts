import type { ContractCase } from "./contract-case.ts";
import { consoleCases } from "./console-cases.ts";
import { execCases } from "./exec-cases.ts";
import { fileCases } from "./file-cases.ts";
import { logCases } from "./log-cases.ts";
import { metadataCases } from "./metadata-cases.ts";
import { sftpCases } from "./sftp-cases.ts";
import { terminalCases } from "./terminal-cases.ts";

/** What is inside an instance. */
export const insideCases: readonly ContractCase[] = [
  ...fileCases,
  ...sftpCases,
  ...execCases,
  ...terminalCases,
  ...consoleCases,
  ...logCases,
  ...metadataCases,
];
