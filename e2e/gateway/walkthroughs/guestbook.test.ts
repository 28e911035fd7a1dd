import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Deploying PHP Guestbook application with Redis", [], ({ sh, until }) => {
  it("a leader, two followers and three frontends, which serve what the leader keeps", async () => {
    for (const name of ["redis-leader-deployment", "redis-leader-service", "redis-follower-deployment", "redis-follower-service", "frontend-deployment", "frontend-service"]) await sh(`kubectl apply -f https://k8s.io/examples/application/guestbook/${name}.yaml`);
    for (const name of ["redis-leader", "redis-follower", "frontend"]) await sh(`kubectl rollout status deployment/${name}`);
    expect((await sh("kubectl get pods -l app=guestbook -l tier=frontend")).match(/frontend-\S+\s+1\/1\s+Running/g)).toHaveLength(3);
    expect(await sh("kubectl get service")).toMatch(/frontend\s+ClusterIP\s+10\S+\s+<none>\s+80\/TCP[^]*redis-follower\s+ClusterIP\s+10\S+\s+<none>\s+6379\/TCP[^]*redis-leader\s+ClusterIP\s+10\S+\s+<none>\s+6379\/TCP/);
    await until("kubectl logs -l role=leader", /Ready to accept connections/);
    expect(await sh("kubectl run -i visitor --image=busybox:1.28 --restart=Never --rm --quiet -- wget -qO- 'http://frontend/guestbook.php?cmd=set&key=messages&value=,hello'")).toContain("Updated");
    expect(await sh("kubectl run -i visitor --image=busybox:1.28 --restart=Never --rm --quiet -- wget -qO- 'http://frontend/guestbook.php?cmd=get&key=messages'")).toContain("hello");
    expect(await sh("kubectl scale deployment frontend --replicas=5")).toBe("deployment.apps/frontend scaled\n");
    await sh("kubectl rollout status deployment/frontend");
    await sh("kubectl scale deployment frontend --replicas=2");
    await until("kubectl get deployment frontend", /frontend\s+2\/2\s+2\s+2/);
    expect(await sh("kubectl delete deployment -l app=redis")).toMatch(/"redis-follower" deleted.*\n.*"redis-leader" deleted/);
    expect(await sh("kubectl delete service -l app=redis")).toMatch(/"redis-follower" deleted.*\n.*"redis-leader" deleted/);
    await sh("kubectl delete deployment frontend && kubectl delete service frontend");
    await until("kubectl get pods 2>&1", "No resources found in default namespace.\n");
  });
});
