/** What the editor reads. Beyond, the text stays in the editor untouched, and one message says why it is not read. */
export const manifestLimits = {
  characters: 400_000,
  documents: 200,
  aliases: 100,
  depth: 64,
} as const;

/** Why a text is not read at all; null where it is. Costs one pass over the text. */
export function tooMuch(text: string): string | null {
  if (text.length > manifestLimits.characters) {
    return `This file has ${(text.length / 1_000_000).toFixed(1)} million characters; up to ${manifestLimits.characters / 1000} thousand are read. Nothing was lost: shorten it, or undo the paste.`;
  }
  let depth = 0;
  let aliases = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 91 || code === 123) {
      if (++depth > manifestLimits.depth) return `Brackets nest deeper than ${manifestLimits.depth} levels.`;
    } else if (code === 93 || code === 125) depth = Math.max(0, depth - 1);
    else if (code === 42 && /[\s,[{:-]/.test(text.charAt(index - 1)) && /[\w]/.test(text.charAt(index + 1))) aliases++;
  }
  return aliases > manifestLimits.aliases ? `More than ${manifestLimits.aliases} aliases: expanded they may be larger than any cluster. Write the values out.` : null;
}
