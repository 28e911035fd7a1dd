import { expect, it } from "vitest";
import type { JsonObject } from "../base/json.ts";
import { FaultCluster } from "./testing/faultCluster.ts";
import { part } from "./invariants/define.ts";

const jobs = "/apis/batch/v1/namespaces/default/jobs";

function run(commands: Readonly<Record<string, readonly [string, readonly string[]]>>): FaultCluster {
  const cluster = new FaultCluster({ nodes: 2 }).boot();
  for (const [name, [image, command]] of Object.entries(commands)) {
    cluster.create(jobs, { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: { backoffLimit: 0, template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image, command }] } } } });
  }
  return cluster;
}

const endOf = (cluster: FaultCluster, name: string): string =>
  ((part(cluster.get(`${jobs}/${name}`), "status")["conditions"] ?? []) as readonly JsonObject[]).map(({ type }) => String(type)).join(" ");

it("pods end as their commands do, and their Jobs with them", () => {
  const cluster = run({
    sleeps: ["busybox:1.36", ["sleep", "5"]], true: ["busybox:1.36", ["true"]], fails: ["busybox:1.36", ["sh", "-c", "echo no; exit 3"]], loop: ["bash:5", ["bash", "-c", "for i in 1 2 3; do echo $i; done"]],
  });
  cluster.seconds(60);
  expect(["sleeps", "true", "fails", "loop"].map((name) => endOf(cluster, name))).toEqual(["SuccessCriteriaMet Complete", "SuccessCriteriaMet Complete", "FailureTarget Failed", "SuccessCriteriaMet Complete"]);
  expect(part(cluster.get(`${jobs}/fails`), "status")).toMatchObject({ failed: 1, terminating: 0 });
});

it("a CronJob's Jobs run and end, minute after minute", () => {
  const cluster = new FaultCluster({ nodes: 2 }).boot();
  const jobTemplate = { spec: { template: { spec: { restartPolicy: "OnFailure", containers: [{ name: "c", image: "busybox:1.36", command: ["sh", "-c", "date; sleep 10"] }] } } } };
  cluster.create("/apis/batch/v1/namespaces/default/cronjobs", { apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "tick" }, spec: { schedule: "* * * * *", jobTemplate } });
  cluster.seconds(330);
  const made = cluster.list(jobs);
  expect(made).toHaveLength(3);
  expect(made.map((job) => part(job, "status")["succeeded"])).toEqual([1, 1, 1]);
});
