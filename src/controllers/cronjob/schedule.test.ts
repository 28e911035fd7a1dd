import { describe, expect, it, test } from "vitest";
import type { CronJob } from "../../kinds/batch/cronjob/types.ts";
import type { CronSchedule } from "../../kinds/batch/cronjob/schedule.ts";
import { parseSchedule } from "../../kinds/batch/cronjob/schedule.ts";
import { dueTime, scheduleOf, secondsToNext, tooManyMissed } from "./missedTimes.ts";
import { never, nextTime } from "./nextTime.ts";
import { localTime, offsetAt, zonedTimestamp } from "./zoneTime.ts";

const unix = (text: string): number => Date.parse(text) / 1000;
const text = (seconds: number): string => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
const scheduled = (spec: string): CronSchedule => {
  const schedule = parseSchedule(spec);
  if (typeof schedule === "string") throw new Error(schedule);
  return schedule;
};

describe("the next time", () => {
  it.each([
    ["* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"],
    ["* * * * *", "2026-01-01T00:00:59Z", "2026-01-01T00:01:00Z"],
    ["*/15 * * * *", "2026-01-01T00:46:00Z", "2026-01-01T01:00:00Z"],
    ["30 6-16/4 * * 1-5", "2026-01-02T14:31:00Z", "2026-01-05T06:30:00Z"],
    ["0 0 1 1 *", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
    ["0 0 13 * *", "2026-01-14T00:00:00Z", "2026-02-13T00:00:00Z"],
    ["0 0 ? * SUN", "2026-01-01T00:00:00Z", "2026-01-04T00:00:00Z"],
    ["@hourly", "2026-01-01T00:00:01Z", "2026-01-01T01:00:00Z"],
    ["@monthly", "2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z"],
    ["@every 90s", "2026-01-01T00:00:10Z", "2026-01-01T00:01:40Z"],
    ["TZ=Europe/Berlin 0 9 * * *", "2026-03-28T12:00:00Z", "2026-03-29T07:00:00Z"],
    ["TZ=Europe/Berlin 30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"],
    ["TZ=America/New_York 30 1 * * *", "2026-10-31T12:00:00Z", "2026-11-01T05:30:00Z"],
    ["TZ=America/New_York 0 2 * * *", "2026-03-07T12:00:00Z", "2026-03-09T06:00:00Z"],
    ["TZ=Asia/Kolkata 0 0 * * *", "2026-01-01T00:00:00Z", "2026-01-01T18:30:00Z"],
    ["TZ=Asia/Beirut 0 0 29 3 *", "2026-01-01T00:00:00Z", "2027-03-28T21:00:00Z"],
  ])("of %s after %s is %s", (spec, after, next) => {
    expect(text(nextTime(scheduled(spec), unix(after)))).toBe(next);
  });

  it("of a day that no month has never comes", () => {
    expect(nextTime(scheduled("0 0 31 2 *"), unix("2026-01-01T00:00:00Z"))).toBe(never);
  });
});

test("clocks of all zones are those of the tz database", () => {
  // Their data of Ramadan are not here, and zones whose rules the database of this Node has from another release.
  const others = ["Africa/Casablanca", "Africa/El_Aaiun", "Asia/Gaza", "Asia/Hebron"];
  const moments = Array.from({ length: 48 }, (_, at) => unix("2026-01-15T12:00:00Z") + at * 30.4 * 86_400 * 2.5);
  const wrong: string[] = [];
  for (const zone of Intl.supportedValuesOf("timeZone")) {
    if (others.includes(zone)) continue;
    const format = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    for (const moment of moments) {
      const { hour, minute } = localTime(zone, moment);
      const shown = `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
      if (format.format(moment * 1000) !== shown) wrong.push(`${zone} at ${text(moment)}: ${shown}, not ${format.format(moment * 1000)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("summer begins and ends to the second", () => {
  expect([offsetAt("Europe/Berlin", unix("2026-03-29T00:59:59Z")), offsetAt("Europe/Berlin", unix("2026-03-29T01:00:00Z"))]).toEqual([3600, 7200]);
  expect([offsetAt("Australia/Sydney", unix("2026-04-04T15:59:59Z")), offsetAt("Australia/Sydney", unix("2026-04-04T16:00:00Z"))]).toEqual([39_600, 36_000]);
  expect([offsetAt("Europe/Dublin", unix("2026-07-01T00:00:00Z")), offsetAt("Europe/Dublin", unix("2026-12-01T00:00:00Z"))]).toEqual([3600, 0]);
  expect(zonedTimestamp("America/St_Johns", unix("2026-01-01T00:00:00Z"))).toBe("2025-12-31T20:30:00-03:30");
  expect(zonedTimestamp("", unix("2026-01-01T00:00:00Z"))).toBe("2026-01-01T00:00:00Z");
});

describe("what is due", () => {
  const cronJob = (spec: object, status: object = {}): CronJob => ({ metadata: { creationTimestamp: "2026-01-01T00:00:00Z" }, spec: { schedule: "0 * * * *", ...spec }, status }) as unknown as CronJob;
  const due = (job: CronJob, now: string) => dueTime(job, unix(now), scheduleOf(job) as CronSchedule, true);
  it.each<[string, object, object, string, string | null, number]>([
    ["nothing yet", {}, {}, "2026-01-01T00:59:59Z", null, 0],
    ["the first", {}, {}, "2026-01-01T01:00:00Z", "2026-01-01T01:00:00Z", 0],
    ["the latest of several", {}, {}, "2026-01-01T05:30:00Z", "2026-01-01T05:00:00Z", 5],
    ["nothing since the last", {}, { lastScheduleTime: "2026-01-01T05:00:00Z" }, "2026-01-01T05:30:00Z", null, 0],
    ["nothing within the deadline", { startingDeadlineSeconds: 60 }, {}, "2026-01-01T05:30:00Z", null, 0],
    ["within the deadline", { startingDeadlineSeconds: 3600 }, {}, "2026-01-01T05:30:00Z", "2026-01-01T05:00:00Z", 0],
    ["the latest of far too many", { schedule: "* * * * *" }, {}, "2026-01-02T00:00:30Z", "2026-01-02T00:00:00Z", 1440],
    ["by an interval of its own", { schedule: "@every 7m" }, {}, "2026-01-01T00:30:00Z", "2026-01-01T00:28:00Z", 4],
  ])("%s", (_name, spec, status, now, expected, missed) => {
    const found = due(cronJob(spec, status), now);
    expect([found.due === null ? null : text(found.due), found.missed]).toEqual([expected, missed]);
    expect(tooManyMissed(found)).toBe(missed > 100);
  });

  it("is an error for what never comes", () => {
    expect(due(cronJob({ schedule: "0 0 31 2 *" }), "2026-01-01T01:00:00Z").error).toBe("time difference between two schedules is less than 1 second");
  });

  it("comes back a little after the next time", () => {
    const job = cronJob({});
    expect(secondsToNext(job, unix("2026-01-01T00:30:00Z"), scheduleOf(job) as CronSchedule)).toBeCloseTo(1800.1, 3);
    expect(secondsToNext(job, unix("2026-01-01T05:30:00Z"), scheduleOf(job) as CronSchedule)).toBeCloseTo(1800.1, 3);
  });
});
