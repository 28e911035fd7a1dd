import { formatRfc3339 } from "../base/rfc3339.ts";

// Times as the API writes them: metav1.Time has whole seconds, metav1.MicroTime six digits, both in UTC.

const layout = "2006-01-02T15:04:05Z07:00";
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
/** Days since 1970-01-01 in the Gregorian calendar. */
function daysOf(year: number, month: number, day: number): number {
  const y = year - 1;
  const days = 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return days + (daysBefore[month - 1] ?? 0) + (month > 2 && isLeap(year) ? 1 : 0) + day - 1 - 719162;
}

export type ParsedTime = { readonly ok: true; readonly unixUs: number } | { readonly ok: false; readonly message: string };

function refuse(text: string, rest: string, element: string): ParsedTime {
  return { ok: false, message: `parsing time "${text}" as "${layout}": cannot parse "${rest}" as "${element}"` };
}
function outOfRange(text: string, part: string): ParsedTime {
  return { ok: false, message: `parsing time "${text}": ${part} out of range` };
}

const steps = [
  { length: 4, element: "2006", digits: true }, { length: 1, element: "-", digits: false }, { length: 2, element: "01", digits: true }, { length: 1, element: "-", digits: false },
  { length: 2, element: "02", digits: true }, { length: 1, element: "T", digits: false }, { length: 2, element: "15", digits: true }, { length: 1, element: ":", digits: false },
  { length: 2, element: "04", digits: true }, { length: 1, element: ":", digits: false }, { length: 2, element: "05", digits: true },
] as const;
const digitsOnly = /^[0-9]+$/;
const zone = /^([+-])([0-9]{2}):([0-9]{2})/;

/** The number that `length` digits at `at` are, or NaN. */
function digits(text: string, at: number, length: number): number {
  let value = 0;
  for (let index = at; index < at + length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Of a MicroTime as the API writes it, which is what nearly all are; null where the text is anything else. */
function canonicalMicros(text: string): number | null {
  if (text.length !== 27 || text[4] !== "-" || text[7] !== "-" || text[10] !== "T" || text[13] !== ":" || text[16] !== ":" || text[19] !== "." || text[26] !== "Z") return null;
  const [year, month, day, hour, minute, second] = [digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2), digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)] as const;
  const fits = year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 59;
  const micros = fits ? (daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + digits(text, 20, 6) : Number.NaN;
  return Number.isNaN(micros) ? null : micros;
}

/** RFC 3339 as Go's time.Parse reads it, with Go's complaint. */
export function parseTime(text: string): ParsedTime {
  const canonical = canonicalMicros(text);
  if (canonical !== null) return { ok: true, unixUs: canonical };
  const numbers: number[] = [];
  let at = 0;
  for (const step of steps) {
    const part = text.slice(at, at + step.length);
    const fits = step.digits ? part.length === step.length && digitsOnly.test(part) : part === step.element;
    if (!fits) return refuse(text, text.slice(at), step.element);
    if (step.digits) numbers.push(Number(part));
    at += step.length;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  if (month < 1 || month > 12) return outOfRange(text, "month");
  if (hour > 23) return outOfRange(text, "hour");
  if (minute > 59) return outOfRange(text, "minute");
  if (second > 59) return outOfRange(text, "second");
  let micros = 0;
  if (text.charAt(at) === "." || text.charAt(at) === ",") {
    let end = at + 1;
    while (end < text.length && digitsOnly.test(text.charAt(end))) end++;
    if (end > at + 1) {
      micros = Number(text.slice(at + 1, end).padEnd(6, "0").slice(0, 6));
      at = end;
    }
  }
  let offsetSeconds = 0;
  if (text.charAt(at) === "Z") at += 1;
  else {
    const found = zone.exec(text.slice(at));
    if (found === null) return refuse(text, text.slice(at), "Z07:00");
    const sign = found[1] === "-" ? -1 : 1;
    offsetSeconds = sign * (Number(found[2]) * 3600 + Number(found[3]) * 60);
    at += 6;
  }
  if (at < text.length) return { ok: false, message: `parsing time "${text}": extra text: "${text.slice(at)}"` };
  if (day < 1 || day > daysIn(year, month)) return outOfRange(text, "day");
  const seconds = daysOf(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offsetSeconds;
  return { ok: true, unixUs: seconds * 1_000_000 + micros };
}

/** metav1.Time: "2026-01-01T00:00:00Z". */
export function formatTime(unixUs: number): string {
  return formatRfc3339(unixUs);
}
/** metav1.MicroTime: "2026-01-01T00:00:00.000000Z". */
export function formatMicroTime(unixUs: number): string {
  return formatRfc3339(unixUs, true);
}
