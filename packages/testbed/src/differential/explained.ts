/** A difference that stays, with its reason. */
export interface Explained {
  readonly reason: string;
  /** Fits the method and path of the call, `events`, or `after` with a path. */
  readonly where: RegExp;
  /** Fits the place in the answer. */
  readonly at: RegExp;
}

/** Differences between the fake and real servers that stay. */
export const explained: readonly Explained[] = [
  {
    reason: "The machine: its kernel, its processors, its devices, and the programs that are installed on it.",
    where: /^(?:GET|HEAD) \/1\.0(?:\?.*)?$/,
    at: /^reply\.body\.metadata\.environment\.(?:architectures|certificate|driver|firewall|kernel|lxc_features|lxd_features|os_|server_pid|storage)/,
  },
  {
    reason: "The machine: its kernel, its processors, its devices, and the programs that are installed on it.",
    where: /^(?:GET|HEAD) \/1\.0\/resources(?:\?.*)?$/,
    at: /^reply\.body\.metadata\./,
  },
  {
    reason: "What the library that runs containers misses in the kernel and among the installed programs.",
    where: /^GET \/1\.0\/instances\/[^/]+\/logs\/lxc\.log/,
    at: /^reply\.body$/,
  },
  {
    reason: "The files of the image: in the fake all images have the same.",
    where: /^GET \/1\.0\/instances\/[^/]+\/files\?path=(?:%2F|\/)(?:&|$)/,
    at: /^reply\.body\.metadata$/,
  },
  {
    reason: "What a daemon written in Go measures of itself.",
    where: /^GET \/1\.0\/metrics/,
    at: /^reply\.body$/,
  },
  {
    reason: "What the kernel counts: time, memory, bytes and processes, and the numbers of processes.",
    where: /\/1\.0\/(?:instances|containers|virtual-machines|networks)/,
    at: /\.(?:pid|processes|usage|usage_peak|swap_usage|swap_usage_peak|total|bytes_\w+|packets_\w+|errors_\w+)$/,
  },
  {
    reason: "How fast the programs in an instance take up its interfaces.",
    where: /\/1\.0\/instances(?:\?.*recursion=2|\/[^/]+\/state)/,
    at: /\.network\.eth\d\.(?:addresses|state)$/,
  },
  {
    reason: "How full the machine's disk is.",
    where: /storage-pools\/[^/]+\/resources/,
    at: /^reply\.body\.metadata\.(?:space|inodes)\.(?:used|total)$/,
  },
  {
    reason: "The speed of the machine's disk.",
    where: /./,
    at: /\.progress\.(?:speed|processed)$/,
  },
  {
    reason: "How long a copy of files takes: only one that takes a second is told of.",
    where: /./,
    at: /\.fs_progress$/,
  },
  {
    reason: "The size of a packed root file system, of which the fake has none.",
    where: /images|^events Downloading image/,
    at: /\.size$/,
  },
];
