import type { Random } from "../../sim/random.ts";

/** A random UUID of version 4. */
export function newUid(random: Random): string {
  const word = (): string => random.int(0, 0xffff).toString(16).padStart(4, "0");
  const version = (0x4000 | random.int(0, 0x0fff)).toString(16);
  const variant = (0x8000 | random.int(0, 0x3fff)).toString(16);
  return `${word()}${word()}-${word()}-${version}-${variant}-${word()}${word()}${word()}`;
}

const nameAlphabet = "bcdfghjklmnpqrstvwxz2456789";
const suffixLength = 5;
const maximumPrefixLength = 63 - suffixLength;

/** "web-" -> "web-x7k2p". Follows apiserver/pkg/storage/names/generate.go. */
export function generateName(prefix: string, random: Random): string {
  let name = prefix.slice(0, maximumPrefixLength);
  for (let at = 0; at < suffixLength; at++) name += nameAlphabet[random.int(0, nameAlphabet.length - 1)];
  return name;
}
