import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

/** The pages' scripts are of Python, which is not simulated: Jobs of their shape, with a script of the shell that does the same. */
function ofPython(name: string, spec: object, script: string): string {
  const template = { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox", command: ["sh", "-c", script] }] } };
  return JSON.stringify({ apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: { ...spec, template } });
}

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

  it("indexes that fail too often fail alone, and all others run", async () => {
    expect(await sh("kubectl apply -f -", ofPython("job-backoff-limit-per-index-example", { completions: 10, parallelism: 3, completionMode: "Indexed", backoffLimitPerIndex: 1, maxFailedIndexes: 5 }, "echo Hello world; exit $(( JOB_COMPLETION_INDEX % 2 == 0 ))"))).toBe("job.batch/job-backoff-limit-per-index-example created\n");
    await sh("kubectl wait --for=condition=Failed --timeout=80s job/job-backoff-limit-per-index-example");
    const job = await sh("kubectl get -o yaml job job-backoff-limit-per-index-example");
    expect(job).toMatch(/\n  completedIndexes: 1,3,5,7,9\n  conditions:\n[^]*    message: Job has failed indexes\n    reason: FailedIndexes\n    status: "True"\n    type: FailureTarget\n[^]*    message: Job has failed indexes\n    reason: FailedIndexes\n    status: "True"\n    type: Failed\n  failed: 10\n  failedIndexes: 0,2,4,6,8\n[^]*\n  succeeded: 5\n/);
  });

  it("an index whose exit code no retry mends fails at once", async () => {
    const podFailurePolicy = { rules: [{ action: "FailIndex", onExitCodes: { containerName: "main", operator: "In", values: [42] } }] };
    await sh("kubectl create -f -", ofPython("job-backoff-limit-per-index-failindex", { completions: 4, parallelism: 2, completionMode: "Indexed", backoffLimitPerIndex: 1, backoffLimit: 6, podFailurePolicy }, "case $JOB_COMPLETION_INDEX in 0) exit 1;; 1) exit 42;; esac"));
    await sh("kubectl wait --for=condition=Failed --timeout=80s job/job-backoff-limit-per-index-failindex");
    const pods = await sh("kubectl get pods -l job-name=job-backoff-limit-per-index-failindex -o jsonpath='{range .items[*]}{.metadata.annotations.batch\\.kubernetes\\.io/job-completion-index} {.metadata.annotations.batch\\.kubernetes\\.io/job-index-failure-count} {.status.phase}{\"\\n\"}{end}'");
    expect(pods.trim().split("\n").sort()).toEqual(["0 0 Failed", "0 1 Failed", "1 0 Failed", "2 0 Succeeded", "3 0 Succeeded"]);
    expect(await sh("kubectl get job job-backoff-limit-per-index-failindex -o jsonpath='{.status.failedIndexes} {.status.completedIndexes}'")).toBe("0,1 2,3");
    await sh("kubectl delete jobs/job-backoff-limit-per-index-failindex");
  });
});
