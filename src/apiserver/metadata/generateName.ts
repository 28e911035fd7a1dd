import type { Random } from "../../sim/random.ts";

const nameAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const maximumPrefixLength = 63 - suffixLength;

/** "web-" -> "web-x7k2p". Follows apiserver/pkg/storage/names/generate.go. */
export function generateName(prefix: string, random: Random): string {
  let name = prefix.slice(0, maximumPrefixLength);
  for (let at = 0; at < suffixLength; at++) name += nameAlphabet[random.int(0, nameAlphabet.length - 1)];
  return name;
}
