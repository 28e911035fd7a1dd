import type { Random } from "./random.ts";

/** A random UUID of version 4. */
export function newUid(random: Random): string {
  const word = (): string => random.int(0, 0xffff).toString(16).padStart(4, "0");
  const version = (0x4000 | random.int(0, 0x0fff)).toString(16);
  const variant = (0x8000 | random.int(0, 0x3fff)).toString(16);
  return `${word()}${word()}-${word()}-${version}-${variant}-${word()}${word()}${word()}`;
}
