import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Deploying Cassandra with a StatefulSet", [], ({ sh, until }) => {
  it("three nodes form a ring, and four after an edit", async () => {
    expect(await sh("kubectl apply -f https://k8s.io/examples/application/cassandra/cassandra-service.yaml")).toBe("service/cassandra created\n");
    expect(await sh("kubectl get svc cassandra")).toMatch(/cassandra\s+ClusterIP\s+None\s+<none>\s+9042\/TCP/);
    // The page's class is Minikube's, whose provisioner this cluster does not have.
    await sh("sed 's#k8s.io/minikube-hostpath#rancher.io/local-path#; /^parameters:/,$d; s/^provisioner.*/&\\nvolumeBindingMode: WaitForFirstConsumer/' application/cassandra/cassandra-statefulset.yaml | kubectl apply -f -");
    await sh("kubectl rollout status statefulset/cassandra --timeout=85s");
    expect(await sh("kubectl get statefulset cassandra")).toMatch(/cassandra\s+3\/3/);
    await until("kubectl exec -i cassandra-0 -- nodetool status", /^Datacenter: DC1-K8Demo\n=+\nStatus=Up\/Down\n\|\/ State=Normal\/Leaving\/Joining\/Moving\n--\s+Address\s+Load\s+Tokens\s+Owns \(effective\)\s+Host ID\s+Rack\n(UN\s+10\..*Rack1-K8Demo\s*\n){3}/);
    await sh("kubectl scale statefulset cassandra --replicas=4 && kubectl rollout status statefulset/cassandra --timeout=80s");
    expect(await sh("kubectl get statefulset cassandra")).toMatch(/cassandra\s+4\/4/);
  });
});
