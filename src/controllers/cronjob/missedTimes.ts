// Follows pkg/controller/cronjob/utils.go (mostRecentScheduleTime, nextScheduleTimeDuration). Times are Unix seconds, with fractions.
import { parseRfc3339 } from "../../base/rfc3339.ts";
import type { CronJob } from "../../kinds/batch/cronjob/types.ts";
import type { CronSchedule } from "../../kinds/batch/cronjob/schedule.ts";
import { parseSchedule } from "../../kinds/batch/cronjob/schedule.ts";
import { isTimeZone } from "../../kinds/batch/cronjob/timeZones.ts";
import { nextTime } from "./nextTime.ts";

/** A key comes back so much after its time, lest the clock be a little behind. */
const nextDelta = 0.1;
const manyMissed = 100;

/** The latest time that is due; null where none is. */
export interface DueTime {
  readonly earliest: number;
  readonly due: number | null;
  readonly missed: number;
  readonly error: string;
}

/** The schedule with the zone of spec.timeZone, or what is wrong with it. */
export function scheduleOf({ spec }: CronJob): CronSchedule | string {
  const text = spec.schedule ?? "";
  const zone = spec.timeZone;
  return parseSchedule(zone === undefined || text.includes("TZ") || !isTimeZone(zone) ? text : `TZ=${zone} ${text}`);
}

/** Without a last time, the CronJob's own creation counts. `withDeadline`: nothing before startingDeadlineSeconds ago counts. */
export function dueTime({ metadata, spec, status }: CronJob, now: number, schedule: CronSchedule, withDeadline: boolean): DueTime {
  const since = parseRfc3339(status?.lastScheduleTime ?? metadata.creationTimestamp) ?? 0;
  const deadline = withDeadline && spec.startingDeadlineSeconds !== undefined ? now - spec.startingDeadlineSeconds : Number.NEGATIVE_INFINITY;
  const earliest = Math.max(since / 1_000_000, deadline);
  const first = nextTime(schedule, earliest);
  const second = nextTime(schedule, first);
  if (now < first) return { earliest, due: null, missed: 0, error: "" };
  if (now < second) return { earliest, due: first, missed: 0, error: "" };
  const between = Math.round(second - first);
  if (between < 1) return { earliest, due: null, missed: 0, error: "time difference between two schedules is less than 1 second" };
  const missed = Math.trunc(Math.trunc(now - first) / between) + 1;
  let due: number | null = null;
  // One interval more back, for schedules whose intervals differ.
  for (let at = nextTime(schedule, first + (missed - 2) * between); at <= now; at = nextTime(schedule, at)) due = at;
  return { earliest, due, missed, error: "" };
}

export function tooManyMissed({ missed }: DueTime): boolean {
  return missed > manyMissed;
}

/** Seconds until the key is to come back. */
export function secondsToNext(cronJob: CronJob, now: number, schedule: CronSchedule): number {
  const { earliest, due, missed, error } = dueTime(cronJob, now, schedule, false);
  const from = error !== "" ? now : (due ?? (missed === 0 ? earliest : now));
  return nextTime(schedule, from) + nextDelta - now;
}
