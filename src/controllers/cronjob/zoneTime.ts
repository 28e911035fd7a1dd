// Clocks of time zones: what Go's time.LoadLocation gives, without a database at hand. Times are Unix seconds.
import { timeZoneIndex } from "../../kinds/batch/cronjob/timeZones.ts";
import { ruleLetters, ruleOfZone, zoneRules } from "./zoneRules.ts";

const minute = 60;
const day = 86_400;

/** What a clock on the wall shows. Months and days count from 1, days of the week from Sunday, 0. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly weekday: number;
}

/** Seconds east of UTC at that moment, as the rules of 2026 have it. "" and "Local" are UTC: the controller manager's own zone. */
export function offsetAt(zone: string, unix: number): number {
  const index = timeZoneIndex(zone);
  const rule = index < 0 ? "0" : (zoneRules[ruleLetters.indexOf(ruleOfZone[index] ?? "")] ?? "0");
  const [standard = "0", summer, begin = "", end = ""] = rule.split(" ");
  const standardOffset = Number(standard) * minute;
  if (summer === undefined) return standardOffset;
  const summerOffset = Number(summer) * minute;
  const { year } = fieldsOf(unix + standardOffset);
  const [from, until] = [moment(year, begin) - standardOffset, moment(year, end) - summerOffset];
  const isSummer = from < until ? unix >= from && unix < until : unix >= from || unix < until;
  return isSummer ? summerOffset : standardOffset;
}

/** "month.week.weekday.minutes" in a year, on a clock; week 5 is the last one. */
function moment(year: number, text: string): number {
  const [month = 1, week = 1, weekday = 0, minutes = 0] = text.split(".").map(Number);
  const first = utcSeconds(year, month, 1);
  let date = 1 + ((weekday - fieldsOf(first).weekday + 7) % 7) + (week - 1) * 7;
  while (fieldsOf(first + (date - 1) * day).month !== month) date -= 7;
  return first + (date - 1) * day + minutes * minute;
}

function utcSeconds(year: number, month: number, date: number, hour = 0): number {
  return new Date(0).setUTCFullYear(year, month - 1, date) / 1000 + hour * 3600;
}

function fieldsOf(seconds: number): LocalTime {
  const date = new Date(seconds * 1000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes(), weekday: date.getUTCDay() };
}

export function localTime(zone: string, unix: number): LocalTime {
  return fieldsOf(unix + offsetAt(zone, unix));
}

/** The moment at which a zone's clock shows this; where it never does or does so twice, what Go's time.Date gives. Fields may overflow. */
export function unixOf(zone: string, year: number, month: number, date: number, hour = 0): number {
  const local = utcSeconds(year, month, date, hour);
  const guess = local - offsetAt(zone, local);
  return local - offsetAt(zone, guess);
}

/** "2026-03-01T10:00:00+01:00", as Go writes a time of that zone. */
export function zonedTimestamp(zone: string, unix: number): string {
  const offset = offsetAt(zone, unix);
  const text = new Date((unix + offset) * 1000).toISOString().slice(0, 19);
  if (offset === 0) return `${text}Z`;
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.abs(offset) / minute;
  return `${text}${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** "Thu, 01 Jan 2026 00:00:00 +0000", Go's RFC1123Z. */
export function rfc1123(unix: number): string {
  return new Date(unix * 1000).toUTCString().replace("GMT", "+0000");
}
