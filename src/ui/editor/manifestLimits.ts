import { t } from "../language/text.ts";
/** What the editor reads. Beyond, the text stays in the editor untouched, and one message says why it is not read. */
export const manifestLimits = {
  characters: 400_000,
  lines: 20_000,
  documents: 200,
  aliases: 100,
  depth: 64,
  /** Problems of one file: more are not read by anyone. */
  problems: 100,
} as const;

/** Why lines are not read: too many of them, of documents, or of levels. A dash or a question mark opens a level as an indent does. */
function tooManyLines(text: string): string | null {
  const columns: number[] = [];
  let lines = 0;
  let documents = 1;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (++lines > manifestLimits.lines) return t`This file has more than ${manifestLimits.lines / 1000} thousand lines, the most that are read.`;
    const opening = text.slice(start, start + 3);
    if ((opening === "---" || opening === "...") && start > 0 && ++documents > 2 * manifestLimits.documents) return t`Line ${lines}: this file holds too many documents; up to ${manifestLimits.documents} are read.`;
    for (let at = start; at < end; at++) {
      const char = text.charAt(at);
      if (char === " ") continue;
      while ((columns.at(-1) ?? -1) >= at - start) columns.pop();
      columns.push(at - start);
      if (columns.length > manifestLimits.depth) return t`Line ${lines}: it nests deeper than ${manifestLimits.depth} levels.`;
      if ((char !== "-" && char !== "?") || text.charAt(at + 1) !== " ") break;
    }
    start = end + 1;
  }
  return null;
}

/** Why a text is not read at all; null where it is. Costs two passes over the text, and no parse. */
export function tooMuch(text: string): string | null {
  if (text.length > manifestLimits.characters) {
    return t`This file has ${(text.length / 1_000_000).toFixed(1)} million characters; up to ${manifestLimits.characters / 1000} thousand are read. Nothing was lost: shorten it, or undo the paste.`;
  }
  const ofLines = tooManyLines(text);
  if (ofLines !== null) return ofLines;
  let depth = 0;
  let aliases = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 91 || code === 123) {
      if (++depth > manifestLimits.depth) return t`Brackets nest deeper than ${manifestLimits.depth} levels.`;
    } else if (code === 93 || code === 125) depth = Math.max(0, depth - 1);
    else if (code === 42 && /[\s,[{:-]/.test(text.charAt(index - 1)) && /[\w]/.test(text.charAt(index + 1))) aliases++;
  }
  return aliases > manifestLimits.aliases ? t`More than ${manifestLimits.aliases} aliases: expanded they may be larger than any cluster. Write the values out.` : null;
}
