/** A parsed script: plain data, so that a shell in the middle of it can be kept and restored. */
export type ShellNode =
  | { readonly t: "simple"; readonly assigns: readonly Assignment[]; readonly words: readonly Word[]; readonly redirects: readonly Redirect[] }
  | { readonly t: "pipe"; readonly parts: readonly ShellNode[]; readonly negate: boolean }
  | { readonly t: "andor"; readonly first: ShellNode; readonly rest: readonly { readonly op: "&&" | "||"; readonly node: ShellNode }[] }
  | { readonly t: "list"; readonly items: readonly { readonly node: ShellNode; readonly background: boolean }[] }
  | { readonly t: "if"; readonly clauses: readonly { readonly test: ShellNode; readonly body: ShellNode }[]; readonly otherwise: ShellNode | null; readonly redirects: readonly Redirect[] }
  | { readonly t: "while"; readonly until: boolean; readonly test: ShellNode; readonly body: ShellNode; /** Done after each round, also by continue: of for ((...)). */ readonly step?: ShellNode; readonly redirects: readonly Redirect[] }
  | { readonly t: "for"; readonly name: string; readonly words: readonly Word[] | null; readonly body: ShellNode; readonly redirects: readonly Redirect[] }
  | { readonly t: "case"; readonly word: Word; readonly clauses: readonly { readonly patterns: readonly Word[]; readonly body: ShellNode }[]; readonly redirects: readonly Redirect[] }
  | { readonly t: "group"; readonly body: ShellNode; readonly subshell: boolean; readonly redirects: readonly Redirect[] }
  | { readonly t: "function"; readonly name: string; readonly body: ShellNode }
  /** (( expression )) */
  | { readonly t: "arith"; readonly expression: Word }
  /** [[ ... ]]: operators as they stand, words not yet expanded. */
  | { readonly t: "cond"; readonly items: readonly CondItem[] };

export type CondItem = { readonly op: string } | { readonly word: Word };

/** name=value, name[i]=value, name+=value, name=(a b c). */
export interface Assignment {
  readonly name: string;
  readonly index: Word | null;
  readonly append: boolean;
  readonly value: Word | readonly Word[];
  readonly array: boolean;
}

export interface Redirect {
  readonly fd: number;
  /** "<<" stands for here-documents and here-strings, whose text is the target; "&>" for both outputs. */
  readonly op: ">" | ">>" | "<" | ">&" | "<&" | "<<" | "&>" | "&>>";
  readonly target: Word;
}

export type Word = readonly Part[];

export type Part =
  | { readonly p: "text"; readonly text: string; readonly quoted: boolean }
  /** `op` and its arguments of ${name:-word}, ${name#pattern}, ${#name}, ${name:offset:length}, ${name/pattern/text}; `index` of ${name[index]}, "@" and "*" included. */
  | { readonly p: "var"; readonly name: string; readonly quoted: boolean; readonly op: string; readonly arg: Word; readonly arg2?: Word; readonly index?: Word }
  /** `n`: its number in the script, by which its output is found again. */
  | { readonly p: "command"; readonly n: number; readonly script: ShellNode; readonly quoted: boolean }
  | { readonly p: "arith"; readonly expression: Word; readonly quoted: boolean };

export class ShellSyntaxError extends Error {}

/** A command whose words are known already. */
export function commandNode(words: readonly string[]): ShellNode {
  return { t: "simple", assigns: [], words: words.map((text) => [{ p: "text", text, quoted: true }]), redirects: [] };
}
