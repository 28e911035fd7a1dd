import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Jobs", [], ({ sh, until }) => {
  it("pi to 2000 places", async () => {
    expect(await sh("kubectl apply -f https://k8s.io/examples/controllers/job.yaml")).toBe("job.batch/pi created\n");
    await sh("kubectl wait job pi --for=condition=Complete --timeout=60s");
    expect(await sh("kubectl describe job pi")).toMatch(/Pods Statuses:\s+0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed[^]*SuccessfulCreate[^]*Created pod: pi-\w+\n.*Completed\s.*Job completed/);
    expect(await sh("kubectl get pods --selector=batch.kubernetes.io/job-name=pi --output=jsonpath='{.items[*].metadata.name}'")).toMatch(/^pi-\w{5}$/);
    expect(await sh("kubectl logs jobs/pi")).toMatch(/^3\.14159265358979323846264338327950288419716939937510\d+\n$/);
  });

  it("each index reverses its own word", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/application/job/indexed-job.yaml");
    await sh("kubectl wait --for=condition=complete --timeout=300s job/indexed-job");
    expect(await sh("kubectl describe jobs/indexed-job")).toMatch(/Parallelism:\s+3\nCompletions:\s+5\nCompletion Mode:\s+Indexed[^]*Pods Statuses:\s+0 Active \(0 Ready\) \/ 5 Succeeded \/ 0 Failed\nCompleted Indexes:\s+0-4\n/);
    const pod = "$(kubectl get pods -l job-name=indexed-job,batch.kubernetes.io/job-completion-index=3 -o name)";
    expect(await sh(`kubectl logs -c worker ${pod}`)).toBe("xuq\n");
  });

  it("an exit code that no retry mends fails the Job at once", async () => {
    await sh("kubectl create -f https://k8s.io/examples/controllers/job-pod-failure-policy-failjob.yaml");
    await until("kubectl get jobs -l job-name=job-pod-failure-policy-failjob -o yaml", /reason: PodFailurePolicy[^]*type: FailureTarget[^]*reason: PodFailurePolicy[^]*type: Failed/);
    expect(await sh("kubectl get job job-pod-failure-policy-failjob -o jsonpath='{.status.conditions[?(@.type==\"Failed\")].message}'")).toMatch(/^Container main for pod default\/job-pod-failure-policy-failjob-\w+ failed with exit code 42 matching FailJob rule at index 0$/);
    await sh("kubectl delete jobs/job-pod-failure-policy-failjob");
  });

  it("a drained pod is not counted where disruptions are ignored", async () => {
    await sh("kubectl create -f https://k8s.io/examples/controllers/job-pod-failure-policy-ignore.yaml");
    await sh("kubectl wait pods -l job-name=job-pod-failure-policy-ignore --for=condition=Ready --timeout=60s");
    const node = (await sh("kubectl get pods -l job-name=job-pod-failure-policy-ignore -o jsonpath='{.items[0].spec.nodeName}'")).trim();
    await sh(`kubectl drain nodes/${node} --ignore-daemonsets --grace-period=0 --force --delete-emptydir-data`);
    expect(await sh("kubectl get jobs -l job-name=job-pod-failure-policy-ignore -o jsonpath='{.items[0].status.failed}'")).toBe("");
    await sh(`kubectl uncordon nodes/${node}`);
    await sh("kubectl wait job job-pod-failure-policy-ignore --for=condition=Complete --timeout=80s");
    await sh("kubectl delete jobs/job-pod-failure-policy-ignore");
  });

  it("a pod with the condition that the policy names fails its Job once it is deleted", async () => {
    await sh("kubectl create -f https://k8s.io/examples/controllers/job-pod-failure-policy-config-issue.yaml");
    await until("kubectl get pods -l job-name=job-pod-failure-policy-config-issue -o yaml", /reason: (ErrImagePull|ImagePullBackOff)/);
    const pod = (await sh("kubectl get pods -l job-name=job-pod-failure-policy-config-issue -o jsonpath='{.items[0].metadata.name}'")).trim();
    const condition = { type: "ConfigIssue", status: "True", reason: "NonExistingImage", lastTransitionTime: "2026-01-01T00:00:00Z" };
    await sh(`kubectl patch pods/${pod} --subresource=status -p '${JSON.stringify({ status: { conditions: [condition] } })}'`);
    await sh(`kubectl delete pods/${pod}`);
    await until("kubectl get jobs -l job-name=job-pod-failure-policy-config-issue -o yaml", /matching FailJob rule at index 0/);
  });

  it("the fine work queue is a list in Redis", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/application/job/redis/redis-pod.yaml");
    await sh("kubectl apply -f https://k8s.io/examples/application/job/redis/redis-service.yaml");
    await sh("kubectl wait pod redis-master --for=condition=Ready");
    expect(await sh('kubectl exec redis-master -- sh -c "redis-cli rpush job2 apple banana cherry date fig grape lemon melon orange"')).toBe("9\n");
    expect((await sh("kubectl exec redis-master -- redis-cli lrange job2 0 -1")).trim().split("\n")).toHaveLength(9);
  });
});
