/** Orders texts by UTF-16 code unit: the same on every engine and locale, unlike localeCompare. */
export function compareText(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
