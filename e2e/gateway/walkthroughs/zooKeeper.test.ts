import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Running ZooKeeper, A Distributed System Coordinator", [], ({ sh, fails, until }) => {
  it("gives each server its name, its number and the list of all", async () => {
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

  it("a drain waits where the budget lets no further server go", async () => {
    expect(await sh("kubectl get pdb zk-pdb")).toMatch(/zk-pdb\s+N\/A\s+1\s+1/);
    const [first, second, third] = (await sh("for i in 0 1 2; do kubectl get pod zk-$i --template {{.spec.nodeName}}; echo; done")).split("\n");
    expect(new Set([first, second, third]).size).toBe(3);
    const drain = (node = ""): string => `kubectl drain ${node} --force --ignore-daemonsets --delete-emptydir-data`;
    expect(await sh(drain(first))).toContain(`node/${first} drained`);
    // Its disk is the machine's own, unlike the page's: it waits for it.
    await until("kubectl get pods zk-0", /zk-0\s+0\/1\s+Pending/);
    expect(await fails(`${drain(second)} --timeout=15s`)).toContain("Cannot evict pod as it would violate the pod's disruption budget.");
    expect(await sh("kubectl exec zk-1 -- zkCli.sh get /hello")).toMatch(/\nworld\n/);
    await sh(`kubectl uncordon ${first} ${second}`);
    await sh("kubectl rollout status sts/zk --timeout=80s");
  });
});
