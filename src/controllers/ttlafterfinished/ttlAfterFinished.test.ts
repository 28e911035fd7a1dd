import { expect, test } from "vitest";
import { ControlPlane } from "../testing/controlPlane.ts";

const url = "/apis/batch/v1/namespaces/default/jobs";
const merge = "application/merge-patch+json";

function ended(spec: object): ControlPlane {
  const plane = new ControlPlane();
  const template = { spec: { containers: [{ name: "c", image: "registry.example/app:1" }], schedulerName: "manual", restartPolicy: "Never" } };
  plane.must("POST", url, { apiVersion: "batch/v1", kind: "Job", metadata: { name: "j" }, spec: { template, ...spec } });
  plane.settle();
  for (const { metadata } of plane.pods()) plane.must("PATCH", `/api/v1/namespaces/default/pods/${metadata.name}/status`, { status: { phase: "Succeeded" } }, merge);
  plane.runFor(5);
  return plane;
}

test("a Job goes with its pods once its time after the end is over", () => {
  const plane = ended({ ttlSecondsAfterFinished: 60 });
  plane.runFor(50);
  expect(plane.list(url)).toHaveLength(1);
  plane.runFor(10);
  expect([plane.list(url).length, plane.pods().length]).toEqual([0, 0]);
});

test("it may be given more time, or a time at all", () => {
  const plane = ended({ ttlSecondsAfterFinished: 60 });
  plane.must("PATCH", `${url}/j`, { spec: { ttlSecondsAfterFinished: 300 } }, merge);
  plane.runFor(200);
  expect(plane.list(url)).toHaveLength(1);
  plane.must("PATCH", `${url}/j`, { spec: { ttlSecondsAfterFinished: null } }, merge);
  plane.runFor(500);
  expect(plane.list(url)).toHaveLength(1);
  plane.must("PATCH", `${url}/j`, { spec: { ttlSecondsAfterFinished: 0 } }, merge);
  plane.runFor(5);
  expect(plane.list(url)).toHaveLength(0);
});
