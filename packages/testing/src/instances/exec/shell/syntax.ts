/** A part of a word. */
export type WordPart =
  | { readonly kind: "text"; readonly text: string; readonly isQuoted: boolean }
  | {
      readonly kind: "variable";
      readonly name: string;
      readonly isQuoted: boolean;
      /** What follows the name in `${name:-word}`. */
      readonly operator: string;
      readonly operand: Word;
    }
  | { readonly kind: "command"; readonly script: Script; readonly isQuoted: boolean }
  | { readonly kind: "number"; readonly expression: Word; readonly isQuoted: boolean };

/** A word before anything in it is replaced. */
export type Word = readonly WordPart[];

/** Where an input or output comes from or goes to. */
export interface Redirect {
  readonly fd: number;
  readonly kind: "<" | ">" | ">>" | "&" | "<<<";
  readonly target: Word;
}

/** A command. */
export type Command = { readonly redirects: readonly Redirect[] } & (
  | {
      readonly kind: "simple";
      readonly assignments: readonly (readonly [string, Word])[];
      readonly words: readonly Word[];
    }
  | {
      readonly kind: "if";
      readonly branches: readonly (readonly [Script, Script])[];
      readonly otherwise: Script | undefined;
    }
  | { readonly kind: "loop"; readonly isUntil: boolean; readonly condition: Script; readonly body: Script }
  | { readonly kind: "for"; readonly name: string; readonly words: readonly Word[] | undefined; readonly body: Script }
  | { readonly kind: "case"; readonly word: Word; readonly branches: readonly (readonly [readonly Word[], Script])[] }
  | { readonly kind: "group"; readonly body: Script; readonly isSubshell: boolean }
  | { readonly kind: "function"; readonly name: string; readonly body: Command }
);

/** Commands that hand their outputs on. */
export interface Pipeline {
  readonly commands: readonly Command[];
  readonly isNegated: boolean;
}

/** Pipelines with what stands before each of them. */
export type Script = readonly {
  readonly join: ";" | "&&" | "||";
  readonly pipeline: Pipeline;
  readonly isBackground: boolean;
}[];
