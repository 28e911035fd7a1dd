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
});
