/** What Enter begins the next line with: the same depth, one deeper after a key that opens a mapping, the items' depth in a list. */
export function nextLineIndent(textBeforeCursor: string): string {
  const match = /^(\s*)((?:- +)*)(.*)$/.exec(textBeforeCursor);
  const depth = (match?.[1] ?? "").length + (match?.[2] ?? "").length;
  const rest = (match?.[3] ?? "").trimEnd();
  const opens = /:\s*(?:[|>][+-]?\d*)?$/.test(rest) && !rest.startsWith("#");
  return " ".repeat(depth + (opens ? 2 : 0));
}
