import { expect, test } from "vitest";
import type { CronJob } from "../../kinds/batch/cronjob/types.ts";
import type { Job } from "../../kinds/batch/job/types.ts";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/apis/batch/v1/namespaces/default/cronjobs";
const jobsUrl = "/apis/batch/v1/namespaces/default/jobs";
const merge = "application/merge-patch+json";
const jobTemplate = { metadata: { labels: { team: "a" }, annotations: { note: "n" } }, spec: { template: { spec: { containers: [{ name: "c", image: "registry.example/app:1" }], schedulerName: "manual", restartPolicy: "Never" } } } };

class Plane extends ControlPlane {
  make(spec: object, metadata: object = {}): void {
    this.must("POST", url, { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "c", ...metadata }, spec: { schedule: "*/5 * * * *", jobTemplate, ...spec } });
    this.runFor(2);
  }

  get cronJob(): CronJob {
    return this.must("GET", `${url}/c`) as CronJob;
  }

  get jobs(): readonly Job[] {
    return this.list<Job>(jobsUrl);
  }

  /** All pods that are there end so. */
  end(phase: "Succeeded" | "Failed"): void {
    for (const { metadata } of this.pods()) this.must("PATCH", `/api/v1/namespaces/default/pods/${metadata.name}/status`, { status: { phase } }, merge);
    this.runFor(5);
  }
}

/** By the minute of their time. */
const minutesOf = (plane: Plane): readonly number[] => plane.jobs.map(({ metadata }) => Number(metadata.name.slice(2)) - 1_767_225_600 / 60);

function made(spec: object = {}): Plane {
  const plane = new Plane();
  plane.make(spec);
  return plane;
}

test("makes a Job at each time, named and marked after it, and follows it", () => {
  const plane = made();
  expect([plane.jobs.length, plane.cronJob.status]).toEqual([0, {}]);
  plane.runFor(300);
  const [job] = plane.jobs;
  expect(job?.metadata).toMatchObject({
    name: `c-${1_767_225_600 / 60 + 5}`, labels: { team: "a" }, annotations: { note: "n", "batch.kubernetes.io/cronjob-scheduled-timestamp": "2026-01-01T00:05:00Z" },
    ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: "c", controller: true, blockOwnerDeletion: true }],
  });
  expect(plane.cronJob.status).toMatchObject({ active: [{ apiVersion: "batch/v1", kind: "Job", namespace: "default", name: job?.metadata.name, uid: job?.metadata.uid }], lastScheduleTime: "2026-01-01T00:05:00Z" });
  plane.end("Succeeded");
  const { active, lastSuccessfulTime } = plane.cronJob.status ?? {};
  expect([active, lastSuccessfulTime]).toEqual([undefined, plane.jobs[0]?.status?.completionTime]);
  expect(plane.events("c")).toEqual([`SuccessfulCreate: Created job ${job?.metadata.name ?? ""}`, `SawCompletedJob: Saw completed job: ${job?.metadata.name ?? ""}, condition: Complete`]);
  plane.runFor(300);
  expect(minutesOf(plane)).toEqual([5, 10]);
});

test("what still runs at the next time: another beside it, none, or another in its place", () => {
  for (const [concurrencyPolicy, minutes, active] of [["Allow", [5, 10], 2], ["Forbid", [5], 1], ["Replace", [10], 1]] as const) {
    const plane = made({ concurrencyPolicy });
    plane.runFor(610);
    expect([concurrencyPolicy, minutesOf(plane), plane.cronJob.status?.active?.length]).toEqual([concurrencyPolicy, minutes, active]);
  }
});

test("a Job that was not made for the one before it is made once that has ended", () => {
  const plane = made({ concurrencyPolicy: "Forbid" });
  plane.runFor(610);
  expect(plane.events("c").at(-1)).toBe("JobAlreadyActive: Not starting job because prior execution is running and concurrency policy is Forbid");
  plane.end("Succeeded");
  expect(minutesOf(plane)).toEqual([5, 10]);
});

test("missed times: the latest is made up for, unless its deadline is over", () => {
  for (const [startingDeadlineSeconds, minutes] of [[undefined, [10]], [120, []]] as const) {
    const plane = made(startingDeadlineSeconds === undefined ? {} : { startingDeadlineSeconds });
    plane.part("cronjob", "stopped");
    plane.runFor(13 * 60);
    plane.part("cronjob", "running");
    plane.runFor(5);
    expect(minutesOf(plane)).toEqual(minutes);
    plane.runFor(120);
    expect(minutesOf(plane)).toEqual([...minutes, 15]);
  }
});

test("more than a hundred missed times are told", () => {
  const plane = made({ schedule: "* * * * *", suspend: true });
  plane.runFor(150 * 60);
  expect(plane.jobs).toEqual([]);
  plane.must("PATCH", `${url}/c`, { spec: { suspend: false } }, merge);
  plane.runFor(5);
  expect(minutesOf(plane)).toEqual([150]);
  expect(plane.events("c")[0]).toBe("TooManyMissedTimes: too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew");
});

test("keeps as many ended Jobs as its history is long", () => {
  const plane = made({ successfulJobsHistoryLimit: 2, failedJobsHistoryLimit: 0 });
  for (let round = 0; round < 4; round++) {
    plane.runFor(298);
    plane.end("Succeeded");
  }
  expect(plane.jobs).toHaveLength(2);
  expect(plane.pods()).toHaveLength(2);
  expect(plane.events("c").some((event) => event.startsWith("SuccessfulDelete: Deleted job c-"))).toBe(true);
});

test("a new schedule holds from now on, in its zone", () => {
  const plane = made({ schedule: "0 0 1 1 *" });
  plane.must("PATCH", `${url}/c`, { spec: { schedule: "40 5 * * *", timeZone: "Asia/Kolkata" } }, merge);
  plane.runFor(9 * 60);
  expect(plane.jobs).toEqual([]);
  plane.runFor(120);
  expect(plane.jobs[0]?.metadata.annotations?.["batch.kubernetes.io/cronjob-scheduled-timestamp"]).toBe("2026-01-01T05:40:00+05:30");
});

test("a Job made by hand is told of, not counted; one that vanished is forgotten", () => {
  const plane = made();
  const { uid } = plane.cronJob.metadata;
  plane.must("POST", jobsUrl, { apiVersion: "batch/v1", kind: "Job", metadata: { name: "by-hand", ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: "c", uid, controller: true }] }, spec: jobTemplate.spec });
  plane.runFor(3);
  expect(plane.cronJob.status).toEqual({});
  expect(plane.events("c")[0]).toMatch(/^UnexpectedJob: Saw a job that the controller did not create or forgot: by-hand/);
  plane.runFor(300);
  const made5 = plane.cronJob.status?.active?.[0]?.name ?? "";
  plane.must("DELETE", `${jobsUrl}/${made5}`, { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy: "Background" });
  plane.runFor(3);
  expect(plane.cronJob.status?.active).toBeUndefined();
  expect(plane.events("c")).toContain(`MissingJob: Active job went missing: ${made5}`);
});

test("a crash between the Job and the status makes no second Job of its time", () => {
  const plane = made();
  for (let waited = 0; waited < 20_000 && plane.jobs.length === 0; waited++) plane.api.world.runFor(waited < 290 ? 1_000_000 : 1000);
  plane.part("cronjob", "stopped");
  plane.runFor(1);
  expect(plane.cronJob.status?.active).toBeUndefined();
  plane.part("cronjob", "running");
  plane.runFor(5);
  expect(minutesOf(plane)).toEqual([5]);
  expect(plane.cronJob.status).toMatchObject({ active: [{ name: plane.jobs[0]?.metadata.name }], lastScheduleTime: "2026-01-01T00:05:00Z" });
});

test("a day that never comes is told", () => {
  const plane = made({ schedule: "0 0 31 2 *" });
  expect(plane.events("c")[0]).toMatch(/^InvalidSchedule: invalid schedule: 0 0 31 2 \* : time difference between two schedules is less than 1 second/);
});
