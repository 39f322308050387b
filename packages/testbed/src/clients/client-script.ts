/** One command of a script. */
export interface ClientStep {
  /** The words after the program's name; a text is split at its spaces. `{name}` stands for what an earlier step kept. */
  readonly run: string | readonly string[];
  /** Text for the command's input, which is empty otherwise. */
  readonly input?: string;
  /** Looks at these lines alone, where others on the same server have objects of their own. */
  readonly only?: RegExp;
  /** Whether the order of the lines says nothing. */
  readonly isUnordered?: boolean;
  /**
   * Repeats the command until what it prints fits: for what comes by itself such as an address, and for the last words of
   * a command, which Incus loses now and then.
   */
  readonly until?: RegExp;
  /** What later steps need of the output: the first group of each pattern, by name. */
  readonly keep?: Readonly<Record<string, RegExp>>;
  /** Differences that are known and meant: each pattern is cut out of the output, for this reason. */
  readonly except?: readonly { readonly pattern: RegExp; readonly why: string }[];
}

/** A command that listens while the steps are done. */
export interface ClientMonitor {
  readonly run: string;
  /** Makes something happen that it hears of: repeated at the start until it does, and never compared. */
  readonly poke: string;
  /** What is heard because of the poke. */
  readonly poked: RegExp;
  /** What is heard at the end. */
  readonly until: RegExp;
  /** Looks at these lines alone. */
  readonly only?: RegExp;
}

/** What a client is to do on a server: data, without a word of which server it is. */
export interface ClientScript {
  readonly title: string;
  /** Set when it must not run beside others: Incus looks at all interfaces of the machine when it changes a network. */
  readonly isAlone?: true;
  /** Files of the folder that the commands run in. */
  readonly files?: Readonly<Record<string, string>>;
  /** The commands in their order; a text alone is a step with these words. */
  readonly steps: readonly (string | ClientStep)[];
  /** Listens from the end of `before` on, until the last step is done; what it heard is compared too. */
  readonly monitor?: ClientMonitor;
  /** Commands that make what the monitor needs; they are not compared. */
  readonly before?: readonly string[];
  /** Removes what is left when a command failed; what these print is not compared. */
  readonly cleanUp: readonly string[];
}
