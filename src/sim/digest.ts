import { compareText } from "../base/compareText.ts";
import { addJson, addNumber, addText, digestText, newDigest, type Digest } from "../base/hash.ts";
import type { OrderKey } from "./window.ts";
import type { ProcessEvent, ProcessFactory } from "./process.ts";

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

/** Adds one handled event to its group's history. `factory`: of the process that handled it. */
export function addEvent(digest: Digest, item: OrderKey & { readonly event: ProcessEvent }, factory: ProcessFactory): void {
  const { at, from, seq, event } = item;
  addNumber(digest, at);
  addText(digest, from);
  addNumber(digest, seq);
  addText(digest, event.type);
  if (event.type === "timer") addText(digest, event.key);
  else if (event.type === "datagram" || event.type === "received") {
    if (factory.addBody === undefined || !factory.addBody(digest, event.body)) addJson(digest, event.body);
  }
  else addJson(digest, event);
}
