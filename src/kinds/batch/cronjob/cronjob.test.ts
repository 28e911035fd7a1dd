import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../../apimachinery/objectMeta.ts";
import type { Json } from "../../../base/json.ts";
import type { KindDefinition } from "../../define.ts";
import { create, mergePatch } from "../../testing/recordedCreate.ts";
import { cronJobKind } from "./kind.ts";
import { parseSchedule } from "./schedule.ts";
import { isTimeZone } from "./timeZones.ts";

const kind = cronJobKind as unknown as KindDefinition;
const jobTemplate = { spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "nginx" }] } } } };

function made(spec: object, name = "c"): ReturnType<typeof create> {
  return create(kind, "default", { apiVersion: "batch/v1", kind: "CronJob", metadata: { name }, spec: { schedule: "* * * * *", jobTemplate, ...spec } } as Json, "Warn");
}
function causes(outcome: ReturnType<typeof create>): readonly string[] {
  return outcome.type === "invalid" ? outcome.causes.map((cause) => `${String(cause.field)}: ${String(cause.message)}`) : [outcome.type];
}

describe("a schedule", () => {
  it.each([
    ["", "empty spec string"],
    ["60 * * * *", "end of range (60) above maximum (59): 60"],
    ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
    ["* * * * 7", "end of range (7) above maximum (6): 7"],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
    ["1/2/3 * * * *", "too many slashes: 1/2/3"],
    ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ["-1 * * * *", 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    ["@never", "unrecognized descriptor: @never"],
    ["@every 5", 'failed to parse duration @every 5: time: missing unit in duration "5"'],
    ["@every 5y", 'failed to parse duration @every 5y: time: unknown unit "y" in duration "5y"'],
    ["@every x", 'failed to parse duration @every x: time: invalid duration "x"'],
    ["TZ=Nowhere * * * * *", "provided bad location Nowhere: unknown time zone Nowhere"],
    ["* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"],
  ])("%j: %s", (text, message) => {
    expect(parseSchedule(text)).toBe(message);
  });

  it("is read to the values it means", () => {
    const found = parseSchedule("*/20 9-11,22 ? JAN-mar/2 MON,fri");
    expect(found).toEqual({
      type: "fields", timeZone: "", minute: { values: [0, 20, 40], any: false }, hour: { values: [9, 10, 11, 22], any: false }, dayOfMonth: { values: Array.from({ length: 31 }, (_, at) => at + 1), any: true },
      month: { values: [1, 3], any: false }, dayOfWeek: { values: [1, 5], any: false },
    });
    expect(parseSchedule("5/20 * * * *")).toMatchObject({ minute: { values: [5, 25, 45] } });
    expect(parseSchedule("@every 1h30m5s")).toEqual({ type: "every", seconds: 5405 });
    expect(parseSchedule("@weekly")).toMatchObject({ dayOfWeek: { values: [0], any: false }, minute: { values: [0] } });
  });
});

describe("a CronJob", () => {
  it("knows the time zones by name", () => {
    for (const name of ["Etc/UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "Asia/Kolkata", "Etc/GMT+5"]) expect(isTimeZone(name), name).toBe(true);
    for (const name of ["europe/berlin", "Europe", "", "constructor", "Mars/X"]) expect(isTimeZone(name), name).toBe(false);
  });

  it.each<[object, readonly string[]]>([
    [{ timeZone: "" }, ['spec.timeZone: Invalid value: "": timeZone must be nil or non-empty string']],
    [{ timeZone: "../etc" }, ['spec.timeZone: Invalid value: "../etc": unknown time zone ../etc']],
    [{ timeZone: "local" }, ['spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones', 'spec.timeZone: Invalid value: "local": unknown time zone local']],
    [{ startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1 }, ["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"].map((name) => `spec.${name}: Invalid value: -1: must be greater than or equal to 0`)],
    [{ jobTemplate: { spec: { ...jobTemplate.spec, selector: { matchLabels: { a: "b" } }, manualSelector: true } } }, [
      'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated', 'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
    ]],
    [{ jobTemplate: { spec: { ...jobTemplate.spec, parallelism: -1 } } }, ["spec.jobTemplate.spec.parallelism: Invalid value: -1: must be greater than or equal to 0"]],
  ])("is refused: %j", (spec, want) => {
    expect(causes(made(spec))).toEqual(want);
  });

  it("leaves room in its name for the times of its Jobs, when it is made", () => {
    expect(causes(made({}, "a".repeat(53)))).toEqual([`metadata.name: Invalid value: "${"a".repeat(53)}": must be no more than 52 characters`]);
    expect(causes(made({}, "a".repeat(52)))).toEqual(["created"]);
  });

  it("may keep the zone in its schedule that it has, with a warning", () => {
    const outcome = made({});
    if (outcome.type !== "created") throw new Error("refused");
    const spec = { ...(outcome.object.spec as object), schedule: "TZ=UTC 0 * * * *" };
    const old = { ...outcome.object, spec } as KubeObject;
    expect(mergePatch(kind, old, { spec: { schedule: "TZ=UTC 5 * * * *" } })).toMatchObject({ type: "created", warnings: [expect.stringContaining("cannot use TZ or CRON_TZ in spec.spec.schedule")] });
    expect(causes(mergePatch(kind, old, { spec: { timeZone: "UTC" } }))).toEqual(['spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule']);
  });
});
