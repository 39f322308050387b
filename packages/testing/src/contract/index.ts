import type { ContractCase } from "./contract-case.ts";
import { aclCases } from "./acl-cases.ts";
import { bridgeCases } from "./bridge-cases.ts";
import { uplinkCases } from "./uplink-cases.ts";
import { forwardCases } from "./forward-cases.ts";
import { zoneCases } from "./zone-cases.ts";
import { backupCases } from "./backup-cases.ts";
import { accessCases } from "./access-cases.ts";
import { bulkCases } from "./bulk-cases.ts";
import { certificateCases } from "./certificate-cases.ts";
import { clusterCases } from "./cluster-cases.ts";
import { clusterGroupCases } from "./cluster-group-cases.ts";
import { clusterInstanceCases } from "./cluster-instance-cases.ts";
import { clusterStoreCases } from "./cluster-store-cases.ts";
import { configCases } from "./config-cases.ts";
import { copyCases } from "./copy-cases.ts";
import { createCases } from "./create-cases.ts";
import { deviceCases } from "./device-cases.ts";
import { eventCases } from "./event-cases.ts";
import { httpsCases, passwordCases } from "./https-cases.ts";
import { imageAliasCases } from "./image-alias-cases.ts";
import { imageCopyCases } from "./image-copy-cases.ts";
import { imageCases } from "./image-cases.ts";
import { instanceKeyCases } from "./instance-key-cases.ts";
import { instanceSnapshotCases } from "./instance-snapshot-cases.ts";
import { insideCases } from "./inside-cases.ts";
import { lifecycleCases } from "./lifecycle-cases.ts";
import { listCases } from "./list-cases.ts";
import { operationCases } from "./operation-cases.ts";
import { migrationCases } from "./migration-cases.ts";
import { networkCases } from "./network-cases.ts";
import { poolCases } from "./pool-cases.ts";
import { profileCases } from "./profile-cases.ts";
import { projectCases } from "./project-cases.ts";
import { projectRuleCases } from "./project-rule-cases.ts";
import { pullCases } from "./pull-cases.ts";
import { renameCases } from "./rename-cases.ts";
import { restoreCases } from "./restore-cases.ts";
import { restrictedCases } from "./restricted-cases.ts";
import { serverCases } from "./server-cases.ts";
import { storeCases } from "./store-cases.ts";
import { poolDriverCases } from "./pool-driver-cases.ts";
import { volumeBackupCases } from "./volume-backup-cases.ts";
import { volumeMigrationCases } from "./volume-migration-cases.ts";
import { volumeMoveCases } from "./volume-move-cases.ts";
import { volumeCases } from "./volume-cases.ts";
import { volumeSnapshotCases } from "./volume-snapshot-cases.ts";
import { snapshotVolumeCases } from "./snapshot-volume-cases.ts";
import { standstillCases } from "./standstill-cases.ts";
import { typedPathCases } from "./typed-path-cases.ts";
import { metricCases } from "./metric-cases.ts";
import { warningCases } from "./warning-cases.ts";
import { updateCases } from "./update-cases.ts";

export type { ContractCase, ContractTarget } from "./contract-case.ts";

/** The protocol contract: what a server that claims to be LXD 5.0 or Incus 6.0 has to do. */
export const contractCases: readonly ContractCase[] = [
  ...serverCases,
  ...createCases,
  ...lifecycleCases,
  ...snapshotVolumeCases,
  ...standstillCases,
  ...typedPathCases,
  ...updateCases,
  ...instanceKeyCases,
  ...deviceCases,
  ...instanceSnapshotCases,
  ...restoreCases,
  ...insideCases,
  ...renameCases,
  ...copyCases,
  ...backupCases,
  ...migrationCases,
  ...bulkCases,
  ...accessCases,
  ...listCases,
  ...storeCases,
  ...operationCases,
  ...eventCases,
  ...pullCases,
  ...projectCases,
  ...projectRuleCases,
  ...profileCases,
  ...networkCases,
  ...bridgeCases,
  ...uplinkCases,
  ...aclCases,
  ...forwardCases,
  ...zoneCases,
  ...poolCases,
  ...volumeCases,
  ...volumeSnapshotCases,
  ...volumeMoveCases,
  ...volumeMigrationCases,
  ...volumeBackupCases,
  ...poolDriverCases,
  ...imageCases,
  ...imageAliasCases,
  ...imageCopyCases,
  ...configCases,
  ...certificateCases,
  ...httpsCases,
  ...restrictedCases,
  ...passwordCases,
  ...warningCases,
  ...metricCases,
  ...clusterCases,
  ...clusterGroupCases,
  ...clusterInstanceCases,
  ...clusterStoreCases,
];
