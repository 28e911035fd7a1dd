const secondUs = 1_000_000;

/** The texts of the seconds asked for of late: a status tells several. */
const known = new Map<number, string>();
const mostKnown = 256;

/** "2026-01-01T00:00:00Z"; with `micro`, as MicroTime, "2026-01-01T00:00:00.000000Z". `unixUs` is Unix time in microseconds. */
export function formatRfc3339(unixUs: number, micro = false): string {
  const unixSecond = Math.floor(unixUs / secondUs);
  const text = known.get(unixSecond) ?? format(unixSecond);
  return micro ? `${text.slice(0, -1)}.${String(unixUs - unixSecond * secondUs).padStart(6, "0")}Z` : text;
}

function format(unixSecond: number): string {
  if (known.size >= mostKnown) known.clear();
  const text = `${new Date(unixSecond * 1000).toISOString().slice(0, -5)}Z`;
  known.set(unixSecond, text);
  return text;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Unix time in microseconds (finer digits are cut off), or null where the text is not RFC 3339. */
export function parseRfc3339(text: string): number | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const field = (index: number): number => Number(match[index] ?? 0);
  const [year, month, day, hour, minute, second] = [field(1), field(2), field(3), field(4), field(5), field(6)];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  if (hour > 23 || minute > 59 || second > 59 || field(9) > 23 || field(10) > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const offsetSeconds = (match[8] === "-" ? -1 : 1) * (field(9) * 3600 + field(10) * 60);
  const unixSecond = date.getTime() / 1000 + hour * 3600 + minute * 60 + second - offsetSeconds;
  return unixSecond * secondUs + Number((match[7] ?? "0").padEnd(6, "0").slice(0, 6));
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
