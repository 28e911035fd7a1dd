/** What stands for the content of a large file of zeros, which is kept by its size alone. */
const mark = "\u0000zeros:";
const mostShown = 262_144;

/** The content of a file of that many zeros. */
export function zeros(bytes: number): string {
  return bytes <= mark.length + 16 ? "\u0000".repeat(bytes) : `${mark}${bytes}`;
}

/** How large a file is. */
export function sizeOf(content: string): number {
  return content.startsWith(mark) ? Number(content.slice(mark.length)) : content.length;
}

/** What one who reads it is given: of many zeros only the first. */
export function asRead(content: string): string {
  return content.startsWith(mark) ? "\u0000".repeat(Math.min(mostShown, sizeOf(content))) : content;
}
