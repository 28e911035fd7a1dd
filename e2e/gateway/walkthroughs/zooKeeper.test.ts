import { expect, it } from "vitest";
import { described, walkthrough } from "./walkthrough.ts";

/** Four machines where one disk can be attached to each of them. */
const machines = described(`nodes: [${[1, 2, 3, 4].map((at) => `{name: node-${at}, zone: a}`).join(", ")}]`);

walkthrough(import.meta.filename, "Running ZooKeeper, A Distributed System Coordinator", machines, ({ sh, fails, until }) => {
  it("gives each server its name, its number and the list of all", async () => {
    const isDefault = (value: boolean): string => `-p '{"metadata":{"annotations":{"storageclass.kubernetes.io/is-default-class":"${value}"}}}'`;
    await sh(`kubectl patch storageclass standard ${isDefault(false)} && kubectl patch storageclass disk ${isDefault(true)}`);
    expect(await sh("kubectl apply -f https://k8s.io/examples/application/zookeeper/zookeeper.yaml")).toBe("service/zk-hs created\nservice/zk-cs created\npoddisruptionbudget.policy/zk-pdb created\nstatefulset.apps/zk created\n");
    await sh("kubectl rollout status sts/zk --timeout=80s");
    expect(await sh("for i in 0 1 2; do kubectl exec zk-$i -- hostname; done")).toBe("zk-0\nzk-1\nzk-2\n");
    expect(await sh("for i in 0 1 2; do kubectl exec zk-$i -- cat /var/lib/zookeeper/data/myid; done")).toBe("1\n2\n3\n");
    const names = [0, 1, 2].map((at) => `zk-${at}.zk-hs.default.svc.cluster.local`);
    expect(await sh("for i in 0 1 2; do kubectl exec zk-$i -- hostname -f; done")).toBe(`${names.join("\n")}\n`);
    expect(await sh("kubectl exec zk-0 -- cat /opt/zookeeper/conf/zoo.cfg")).toContain(names.map((name, at) => `server.${at + 1}=${name}:2888:3888\n`).join(""));
  });

  it("keeps what one server was told for all, through the deletion of the set", async () => {
    expect(await sh("kubectl exec zk-0 -- zkCli.sh create /hello world")).toContain("Created /hello");
    expect(await sh("kubectl exec zk-1 -- zkCli.sh get /hello")).toMatch(/\nworld\ncZxid = /);
    await sh("kubectl delete statefulset zk");
    await sh("kubectl wait pod -l app=zk --for=delete --timeout=80s");
    await sh("kubectl apply -f https://k8s.io/examples/application/zookeeper/zookeeper.yaml");
    await sh("kubectl rollout status sts/zk --timeout=80s");
    await until("kubectl exec zk-2 -- zkCli.sh get /hello", /\nworld\ncZxid = /);
    expect((await sh("kubectl get pvc -l app=zk")).match(/datadir-zk-\d\s+Bound/g)).toHaveLength(3);
  });

  it("changes its servers one at a time, the last first, and back", async () => {
    expect(await sh(`kubectl patch sts zk --type='json' -p='[{"op": "replace", "path": "/spec/template/spec/containers/0/resources/requests/cpu", "value":"0.3"}]'`)).toBe("statefulset.apps/zk patched\n");
    // The steps that it waits for are over at once where time runs fast.
    const told = await sh("kubectl rollout status sts/zk --timeout=80s");
    expect(told).toMatch(/^(?:Waiting for \d pods to be ready\.\.\.\n|waiting for statefulset rolling update to complete \d pods at revision zk-\w+\.\.\.\n)*statefulset rolling update complete 3 pods at revision zk-\w+\.\.\.\n$/i);
    expect(await sh("kubectl get pods -l app=zk --sort-by=.metadata.creationTimestamp -o name")).toBe("pod/zk-2\npod/zk-1\npod/zk-0\n");
    expect(await sh("kubectl rollout history sts/zk")).toMatch(/^statefulset\.apps\/zk \nREVISION\s+CHANGE-CAUSE\n1\s+<none>\n2\s+<none>\n/);
    expect(await sh("kubectl rollout undo sts/zk")).toBe("statefulset.apps/zk rolled back\n");
    await sh("kubectl rollout status sts/zk --timeout=80s");
    expect(await sh("kubectl get pod zk-2 -o jsonpath='{.spec.containers[0].resources.requests.cpu}'")).toBe("500m");
  });

  it("its container begins anew where the server ends, or no longer says that it is well", async () => {
    expect(await sh("kubectl exec zk-0 -- ps -ef")).toContain("start-zookeeper");
    await sh("kubectl exec zk-0 -- pkill java");
    await until("kubectl get pods -l app=zk", /zk-0\s+1\/1\s+Running\s+1 [^]*zk-1\s+1\/1\s+Running\s+0/);
    await sh("kubectl exec zk-0 -- rm /opt/zookeeper/bin/zookeeper-ready");
    await until("kubectl describe pod zk-0", /Unhealthy\s.*Liveness probe failed: sh: 1: zookeeper-ready: not found[^]*Killing\s.*Container kubernetes-zookeeper failed liveness probe, will be restarted/);
    await until("kubectl get pods -l app=zk", /zk-0\s+1\/1\s+Running\s+2 /);
  });

  it("a drain waits where the budget lets no further server go", async () => {
    expect(await sh("kubectl get pdb zk-pdb")).toMatch(/zk-pdb\s+N\/A\s+1\s+1/);
    const [first, second, third] = (await sh("for i in 0 1 2; do kubectl get pod zk-$i --template {{.spec.nodeName}}; echo \"\"; done")).split("\n");
    expect(new Set([first, second, third]).size).toBe(3);
    const drain = (pod: string): string => `kubectl drain $(kubectl get pod ${pod} --template {{.spec.nodeName}}) --ignore-daemonsets --force --delete-emptydir-data`;
    expect(await sh(drain("zk-0"))).toMatch(new RegExp(`^node/${first} cordoned\n[^]*pod/zk-0 evicted\n[^]*node/${first} drained\n$`));
    // Its disk goes with it to the fourth machine.
    await until("kubectl get pods zk-0", /zk-0\s+1\/1\s+Running\s+0/);
    const fourth = (await sh("kubectl get pod zk-0 --template {{.spec.nodeName}}")).trim();
    expect([first, second, third]).not.toContain(fourth);
    await until("kubectl exec zk-0 -- zkCli.sh get /hello", /\nworld\n/);
    expect(await sh(drain("zk-1"))).toContain(`node/${second} drained`);
    await until("kubectl describe pod zk-1", /FailedScheduling\s.*0\/4 nodes are available: 2 node\(s\) didn't match pod anti-affinity rules, 2 node\(s\) were unschedulable/);
    const refused = await fails(`${drain("zk-2")} --timeout=15s`);
    expect(refused).toContain("error when evicting pods/\"zk-2\" -n \"default\" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.");
    expect(await sh("kubectl exec zk-0 -- zkCli.sh get /hello")).toMatch(/\nworld\n/);
    expect(await sh(`kubectl uncordon ${first}`)).toBe(`node/${first} uncordoned\n`);
    await until("kubectl get pods zk-1", /zk-1\s+1\/1\s+Running\s+0/);
    expect(await sh("kubectl get pod zk-1 --template {{.spec.nodeName}}")).toBe(first);
    expect(await sh(drain("zk-2"))).toMatch(new RegExp(`^node/${third} already cordoned\n[^]*node/${third} drained\n$`));
    expect(await sh(`kubectl uncordon ${second}`)).toBe(`node/${second} uncordoned\n`);
    await sh("kubectl rollout status sts/zk --timeout=80s");
    await until("kubectl exec zk-2 -- zkCli.sh get /hello", /\nworld\n/);
  });
});
