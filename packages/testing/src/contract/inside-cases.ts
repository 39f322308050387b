import type { ContractCase } from "./contract-case.ts";
import { fileCases } from "./file-cases.ts";
import { sftpCases } from "./sftp-cases.ts";

/** What is inside an instance. */
export const insideCases: readonly ContractCase[] = [...fileCases, ...sftpCases];
