import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Configure Liveness, Readiness and Startup Probes", [], ({ sh, until }) => {
  it("restarts what no longer answers", async () => {
    for (const name of ["exec-liveness", "http-liveness", "tcp-liveness-readiness"]) await sh(`kubectl apply -f https://k8s.io/examples/pods/probe/${name}.yaml`);
    await until("kubectl describe pod liveness-exec", /Unhealthy\s.*Liveness probe failed: cat: can't open '\/tmp\/healthy': No such file or directory/);
    await until("kubectl describe pod liveness-exec", /Killing\s.*Container liveness failed liveness probe, will be restarted/);
    await until("kubectl get pod liveness-exec", /liveness-exec\s+1\/1\s+Running\s+1 /);
    expect(await sh("kubectl describe pod liveness-http")).toMatch(/Unhealthy\s.*Liveness probe failed: HTTP probe failed with statuscode: 500/);
    expect(await sh("kubectl get pod goproxy")).toMatch(/goproxy\s+1\/1\s+Running\s+0\s/);
    await sh("kubectl apply -f https://k8s.io/examples/pods/probe/grpc-liveness.yaml");
    await sh("kubectl wait pod etcd-with-grpc --for=condition=Ready");
    expect(await sh("kubectl describe pod etcd-with-grpc")).not.toContain("Unhealthy");
  });

  it("waits for a slow start before it looks at life, and no longer than it is told", async () => {
    // The page gives parts of a manifest only: a server whose file says that it is up.
    const probe = { exec: { command: ["cat", "/tmp/up"] } };
    const pod = (name: string, startsAfter: number): string => JSON.stringify({
      apiVersion: "v1", kind: "Pod", metadata: { name },
      spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "slow", image: "busybox", command: ["sh", "-c", `sleep ${startsAfter}; touch /tmp/up; sleep 600`], startupProbe: { ...probe, failureThreshold: 6, periodSeconds: 10 }, livenessProbe: { ...probe, failureThreshold: 1, periodSeconds: 10 }, readinessProbe: probe }] },
    });
    await sh("kubectl apply -f -", pod("in-time", 35));
    await sh("kubectl apply -f -", pod("too-slow", 100));
    await until("kubectl get pod in-time -o jsonpath='{.status.containerStatuses[0].started} {.status.containerStatuses[0].ready}'", /^true true$/);
    const inTime = await sh("kubectl describe pod in-time");
    expect(inTime).toMatch(/Restart Count:\s+0\n[^]*Unhealthy\s.*Startup probe failed: cat: can't open '\/tmp\/up': No such file or directory/);
    expect(inTime).not.toContain("Liveness probe failed");
    await until("kubectl describe pod too-slow", /Killing\s.*Container slow failed startup probe, will be restarted/);
    expect(await sh("kubectl describe pod too-slow")).not.toMatch(/(Liveness|Readiness) probe failed/);
    expect(await sh("kubectl get pod too-slow -o jsonpath='{.status.containerStatuses[0].ready}'")).toBe("false");
  });
});
