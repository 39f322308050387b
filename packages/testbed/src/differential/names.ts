// Names are chosen from few, so that calls meet each other's objects.

/** Names of projects. */
export const projectNames = ["pr1", "pr2"] as const;
/** Names of profiles. */
export const profileNames = ["p1", "p2"] as const;
/** Names of instances. */
export const instanceNames = ["c1", "c2"] as const;
/** Names of networks. */
export const networkNames = ["br1", "br2"] as const;
/** Names of storage pools. */
export const poolNames = ["pool1", "pool2"] as const;
/** Names of custom volumes. */
export const volumeNames = ["v1", "v2"] as const;
/** Names of snapshots and backups. */
export const snapshotNames = ["s1", "s2"] as const;
/** Names of aliases of images. */
export const aliasNames = ["a1", "dir/a2"] as const;
/** Names of network ACLs. */
export const aclNames = ["acl1", "acl2"] as const;
/** Names of DNS zones. */
export const zoneNames = ["z1.example", "z2.example"] as const;
/** Names of records in DNS zones. */
export const recordNames = ["www", "mail"] as const;
