// Follows github.com/robfig/cron/v3 spec.go (SpecSchedule.Next) and constantdelay.go.
import type { CronField, CronFields, CronSchedule } from "../../kinds/batch/cronjob/schedule.ts";
import { localTime, unixOf } from "./zoneTime.ts";

const hour = 3600;

/** What Go's zero time is in Unix seconds: the library's answer for a schedule that never comes. */
export const never = -62_135_596_800;

/** The first moment of the schedule after this one, in Unix seconds. */
export function nextTime(schedule: CronSchedule, after: number): number {
  if (schedule.type === "every") return Math.floor(after) + schedule.seconds;
  // Seconds are always zero, and all zones differ by whole minutes.
  let at = Math.ceil((Math.floor(after) + 1) / 60) * 60;
  const lastYear = localTime(schedule.timeZone, at).year + 5;
  for (let moved = false; ; moved = true) {
    if (localTime(schedule.timeZone, at).year > lastYear) return never;
    const later = forward(schedule, at, moved);
    if (later === null) return at;
    at = Math.max(later, at + 60);
  }
}

/** To the next month, day, hour or minute, where the present one is not meant; null where all are. `moved`: hours are at their beginning already, but for days without a midnight. */
function forward(schedule: CronFields, at: number, moved: boolean): number | null {
  const { timeZone: zone } = schedule;
  const now = localTime(zone, at);
  if (!meant(schedule.month, now.month)) return unixOf(zone, now.year, now.month + 1, 1);
  if (!meantDay(schedule, now.day, now.weekday)) return midnight(zone, unixOf(zone, now.year, now.month, now.day + 1, moved ? now.hour : 0));
  if (!meant(schedule.hour, now.hour)) return at - now.minute * 60 + hour;
  return meant(schedule.minute, now.minute) ? null : at + 60;
}

/** Where the clock skips midnight, the day begins an hour later or is said to begin an hour before. */
function midnight(zone: string, at: number): number {
  const { hour: shown } = localTime(zone, at);
  if (shown === 0) return at;
  return at + (shown > 12 ? 24 - shown : -shown) * hour;
}

function meant({ values }: CronField, value: number): boolean {
  return values.includes(value);
}

/** With both days given, either will do. */
function meantDay({ dayOfMonth, dayOfWeek }: CronFields, day: number, weekday: number): boolean {
  const [byMonth, byWeek] = [meant(dayOfMonth, day), meant(dayOfWeek, weekday)];
  return dayOfMonth.any || dayOfWeek.any ? byMonth && byWeek : byMonth || byWeek;
}
