import { compareText } from "../base/compareText.ts";
import { addText, digestText, newDigest } from "../base/hash.ts";

/** The digest of a group that has handled nothing yet. */
export const emptyGroupDigest: string = digestText(newDigest());

/** One digest of a whole history from those of its groups, whoever ran them. */
export function digestOfGroups(digests: ReadonlyMap<string, string>): string {
  const whole = newDigest();
  for (const [group, digest] of [...digests].sort(([a], [b]) => compareText(a, b))) {
    addText(whole, group);
    addText(whole, digest);
  }
  return digestText(whole);
}
