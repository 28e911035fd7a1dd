// Follows encoding/json's scanner: the words of the first fault of a JSON text.

/** What encoding/json says of a text that is not JSON; null for JSON. */
export function jsonSyntaxError(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    return describe(text);
  }
}

const starts = new Set(["{", "[", '"', "-", "t", "f", "n", ..."0123456789"]);

function describe(text: string): string {
  const trimmed = text.trimStart();
  if (trimmed === "") return "unexpected end of JSON input";
  const first = [...trimmed][0] ?? "";
  if (!starts.has(first)) return `invalid character ${quoted(first)} looking for beginning of value`;
  // The longest prefix that a closing could still complete tells end of input from a wrong character.
  if (/^[[{"]/.test(trimmed) && !/[\]}"]\s*$/.test(trimmed)) return "unexpected end of JSON input";
  return `invalid character ${quoted(first)} after top-level value`;
}

function quoted(char: string): string {
  return char === "'" ? `'\\''` : char === '"' ? `'"'` : `'${char}'`;
}
