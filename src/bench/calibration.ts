import { podTemplate } from "./workloads.ts";

/** A pod of about 5 KB: one JSON round trip of it is the unit that machines are compared by. */
const pod = JSON.stringify({
  apiVersion: "v1", kind: "Pod",
  metadata: { name: "calibration", namespace: "default", labels: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`label-${index}`, `value-${index}-of-a-certain-length`])) },
  spec: { ...podTemplate.spec, containers: Array.from({ length: 8 }, (_, index) => ({ ...podTemplate.spec.containers[0], name: `c${index}`, env: Array.from({ length: 6 }, (_each, env) => ({ name: `VARIABLE_${env}`, value: "some value" })) })) },
});
const sample = JSON.parse(pod) as unknown;

/** JSON round trips a CPU second, measured for about `ms` milliseconds. */
export function jsonRoundTrips(ms = 100): number {
  const cpu = process.cpuUsage();
  const end = performance.now() + ms;
  let trips = 0;
  while (performance.now() < end) {
    for (let index = 0; index < 20; index++) JSON.parse(JSON.stringify(sample));
    trips += 20;
  }
  const { user, system } = process.cpuUsage(cpu);
  return trips / ((user + system) / 1e6);
}

export const calibrationBytes = pod.length;
