/** What a link may hold: checked before anything in it is believed. */
export const linkLimits = {
  /** Characters of the fragment's payload. */
  encoded: 32 * 1024,
  /** Bytes of the inflated JSON. */
  inflated: 2 * 1024 * 1024,
  /** Nesting of its JSON. */
  depth: 64,
} as const;

/** Whether a text of JSON nests deeper than `limit`; looks at brackets only, so it costs one pass and no parse. */
export function nestsDeeper(json: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const code = json.charCodeAt(index);
    if (inString) {
      if (code === 92) index++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) {
      if (++depth > limit) return true;
    } else if (code === 125 || code === 93) depth--;
  }
  return false;
}
