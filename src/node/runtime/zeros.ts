/** What stands for the content of a large file of zeros, which is kept by its size alone. */
const mark = "\u0000zeros:";
const mostShown = 262_144;

/** The content of a file of that many zeros. */
export function zeros(bytes: number): string {
  return bytes <= mark.length + 16 ? "\u0000".repeat(bytes) : `${mark}${bytes}`;
}

/** How large a file is. */
export function sizeOf(content: string): number {
  return zerosIn(content) ?? content.length;
}

/** What one who reads it is given: of many zeros only the first. */
export function asRead(content: string): string {
  const bytes = zerosIn(content);
  return bytes === null ? content : "\u0000".repeat(Math.min(mostShown, bytes));
}

/** null: it is what it says. */
function zerosIn(content: string): number | null {
  const digits = content.startsWith(mark) ? content.slice(mark.length, mark.length + 14) : "";
  return /^\d{1,13}$/.test(digits) && content.length === mark.length + digits.length ? Number(digits) : null;
}
