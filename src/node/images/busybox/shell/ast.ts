/** A parsed script: plain data, so that a shell in the middle of it can be kept and restored. */
export type ShellNode =
  | { readonly t: "simple"; readonly assigns: readonly { readonly name: string; readonly value: Word }[]; readonly words: readonly Word[]; readonly redirects: readonly Redirect[] }
  | { readonly t: "pipe"; readonly parts: readonly ShellNode[]; readonly negate: boolean }
  | { readonly t: "andor"; readonly first: ShellNode; readonly rest: readonly { readonly op: "&&" | "||"; readonly node: ShellNode }[] }
  | { readonly t: "list"; readonly items: readonly { readonly node: ShellNode; readonly background: boolean }[] }
  | { readonly t: "if"; readonly clauses: readonly { readonly test: ShellNode; readonly body: ShellNode }[]; readonly otherwise: ShellNode | null; readonly redirects: readonly Redirect[] }
  | { readonly t: "while"; readonly until: boolean; readonly test: ShellNode; readonly body: ShellNode; readonly redirects: readonly Redirect[] }
  | { readonly t: "for"; readonly name: string; readonly words: readonly Word[] | null; readonly body: ShellNode; readonly redirects: readonly Redirect[] }
  | { readonly t: "case"; readonly word: Word; readonly clauses: readonly { readonly patterns: readonly Word[]; readonly body: ShellNode }[]; readonly redirects: readonly Redirect[] }
  | { readonly t: "group"; readonly body: ShellNode; readonly subshell: boolean; readonly redirects: readonly Redirect[] }
  | { readonly t: "function"; readonly name: string; readonly body: ShellNode };

export interface Redirect {
  readonly fd: number;
  readonly op: ">" | ">>" | "<" | ">&" | "<<";
  readonly target: Word;
}

export type Word = readonly Part[];

export type Part =
  | { readonly p: "text"; readonly text: string; readonly quoted: boolean }
  /** `op` and `arg` of ${name:-word}, ${name#pattern}, ${#name}. */
  | { readonly p: "var"; readonly name: string; readonly quoted: boolean; readonly op: string; readonly arg: Word }
  | { readonly p: "command"; readonly script: ShellNode; readonly quoted: boolean }
  | { readonly p: "arith"; readonly expression: Word; readonly quoted: boolean };

export class ShellSyntaxError extends Error {}
