import type { HttpResponse } from "../../../network/packet.ts";

/** A scraper that names the serial of an earlier answer is told what has changed since; the answer names its own serial. */
export const sinceHeader = "X-Orrery-Since";
export const serialHeader = "X-Orrery-Serial";
export const wholeHeader = "X-Orrery-Whole";

/** The headers of a scraper's request that has been told of everything up to this serial. */
export function sinceHeaders(serial: number | undefined): Readonly<Record<string, string>> {
  return serial === undefined ? {} : { [sinceHeader]: String(serial) };
}

/** What an answer to a scraper says of itself. */
export function tellsOf({ headers }: HttpResponse): { readonly serial: number; readonly whole: boolean } {
  return { serial: Number(headers[serialHeader] ?? "0"), whole: headers[wholeHeader] !== "false" };
}
