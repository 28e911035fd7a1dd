// Follows github.com/robfig/cron/v3 parser.go ParseStandard, as pkg/util/parsers uses it: five fields, descriptors, "@every".
import { goQuote } from "../../../apimachinery/goFormat.ts";
import { isTimeZone } from "./timeZones.ts";

/** Which minutes, hours, days of the month, months and days of the week are meant; a field that was "*" or "?" restricts nothing. */
export interface CronFields {
  readonly type: "fields";
  /** Of a "TZ=" before the fields; "" where there is none. */
  readonly timeZone: string;
  readonly minute: CronField;
  readonly hour: CronField;
  readonly dayOfMonth: CronField;
  readonly month: CronField;
  readonly dayOfWeek: CronField;
}
export interface CronField {
  readonly values: readonly number[];
  readonly any: boolean;
}
export type CronSchedule = CronFields | { readonly type: "every"; readonly seconds: number };

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const bounds: readonly Bounds[] = [
  { min: 0, max: 59, names: [] }, { min: 0, max: 23, names: [] }, { min: 1, max: 31, names: [] }, { min: 1, max: 12, names: months }, { min: 0, max: 6, names: days },
];
const descriptors: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
};

class ScheduleError extends Error {}

/** The schedule, or what upstream's parser complains of. */
export function parseSchedule(text: string): CronSchedule | string {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

function fail(message: string): never {
  throw new ScheduleError(message);
}

function parse(text: string): CronSchedule {
  if (text === "") fail("empty spec string");
  let spec = text;
  let timeZone = "";
  if (spec.startsWith("TZ=") || spec.startsWith("CRON_TZ=")) {
    const space = spec.indexOf(" ");
    const equals = spec.indexOf("=");
    // The library fails on this; upstream catches it.
    if (space < 0) fail("invalid schedule format: runtime error: slice bounds out of range [:-1]");
    timeZone = spec.slice(equals + 1, space);
    if (timeZone !== "" && timeZone !== "Local" && !isTimeZone(timeZone)) fail(`provided bad location ${timeZone}: unknown time zone ${timeZone}`);
    spec = spec.slice(space).trim();
  }
  if (spec.startsWith("@")) return parseDescriptor(spec, timeZone);
  return parseFields(spec, timeZone);
}

function parseDescriptor(text: string, timeZone: string): CronSchedule {
  const fields = Object.hasOwn(descriptors, text) ? descriptors[text] : undefined;
  if (fields !== undefined) return parseFields(fields, timeZone);
  if (!text.startsWith("@every ")) fail(`unrecognized descriptor: ${text}`);
  const seconds = parseDuration(text.slice("@every ".length));
  if (typeof seconds === "string") fail(`failed to parse duration ${text}: ${seconds}`);
  return { type: "every", seconds: Math.max(1, Math.trunc(seconds)) };
}

function parseFields(text: string, timeZone: string): CronFields {
  const fields = text.split(/\s+/).filter((field) => field !== "");
  if (fields.length !== bounds.length) fail(`expected exactly ${bounds.length} fields, found ${fields.length}: [${fields.join(" ")}]`);
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fields.map((field, at) => parseField(field, bounds[at] as Bounds)) as [CronField, CronField, CronField, CronField, CronField];
  return { type: "fields", timeZone, minute, hour, dayOfMonth, month, dayOfWeek };
}

function parseField(field: string, limits: Bounds): CronField {
  const values = new Set<number>();
  let any = false;
  for (const expression of field.split(",")) {
    if (expression === "") continue;
    const range = parseRange(expression, limits);
    any ||= range.any;
    for (let value = range.start; value <= range.end; value += range.step) values.add(value);
  }
  return { values: [...values].sort((a, b) => a - b), any };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly any: boolean;
}

function parseRange(expression: string, limits: Bounds): Range {
  const parts = expression.split("/");
  const ends = (parts[0] ?? "").split("-");
  let any = ends[0] === "*" || ends[0] === "?";
  let start = limits.min;
  let end = limits.max;
  if (!any) {
    start = numberOrName(ends[0] ?? "", limits.names, limits.min);
    if (ends.length > 2) fail(`too many hyphens: ${expression}`);
    end = ends.length === 2 ? numberOrName(ends[1] ?? "", limits.names, limits.min) : start;
  }
  let step = 1;
  if (parts.length > 2) fail(`too many slashes: ${expression}`);
  if (parts.length === 2) {
    step = natural(parts[1] ?? "");
    if (ends.length === 1) end = limits.max;
    if (step > 1) any = false;
  }
  if (start < limits.min) fail(`beginning of range (${start}) below minimum (${limits.min}): ${expression}`);
  if (end > limits.max) fail(`end of range (${end}) above maximum (${limits.max}): ${expression}`);
  if (start > end) fail(`beginning of range (${start}) beyond end of range (${end}): ${expression}`);
  if (step === 0) fail(`step of range should be a positive number: ${expression}`);
  return { start, end, step, any };
}

function numberOrName(text: string, names: readonly string[], first: number): number {
  const at = names.indexOf(text.toLowerCase());
  return at < 0 ? natural(text) : at + first;
}

function natural(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) fail(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) fail(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: value out of range`);
  if (value < 0) fail(`negative number (${value}) not allowed: ${text}`);
  return value;
}

const unitSeconds: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, "µs": 1e-6, "μs": 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** Seconds of "1h30m" or a complaint, as Go's time.ParseDuration has it. */
function parseDuration(text: string): number | string {
  const wrong = `time: invalid duration ${goQuote(text)}`;
  const sign = text.startsWith("-") ? -1 : 1;
  let rest = text.replace(/^[+-]/, "");
  if (rest === "0") return 0;
  if (rest === "") return wrong;
  let seconds = 0;
  while (rest !== "") {
    const number = /^[0-9]*(?:\.[0-9]*)?/.exec(rest)?.[0] ?? "";
    if (!/[0-9]/.test(number)) return wrong;
    const unit = /^[^.0-9]*/.exec(rest.slice(number.length))?.[0] ?? "";
    if (unit === "") return `time: missing unit in duration ${goQuote(text)}`;
    const factor = Object.hasOwn(unitSeconds, unit) ? unitSeconds[unit] : undefined;
    if (factor === undefined) return `time: unknown unit ${goQuote(unit)} in duration ${goQuote(text)}`;
    seconds += Number(number) * factor;
    rest = rest.slice(number.length + unit.length);
  }
  return sign * seconds;
}
