import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Declare Network Policy", [], ({ sh, fails }) => {
  it("lets in only whom the policy names", async () => {
    // Who types the command by hand is slower than the agents learn of a new pod.
    const visit = (labels: string): string => `kubectl run busybox --rm -i --quiet ${labels} --image=busybox:1.28 --restart=Never -- sh -c 'sleep 2; wget -q --spider --timeout=1 nginx'`;
    expect(await sh("kubectl create deployment nginx --image=nginx")).toBe("deployment.apps/nginx created\n");
    expect(await sh("kubectl expose deployment nginx --port=80")).toBe("service/nginx exposed\n");
    await sh("kubectl rollout status deployment/nginx");
    expect(await sh("kubectl get svc,pod")).toMatch(/service\/nginx\s+ClusterIP\s+10\S+\s+<none>\s+80\/TCP[^]*pod\/nginx-\S+\s+1\/1\s+Running/);
    await sh(visit(""));
    expect(await sh("kubectl apply -f https://k8s.io/examples/service/networking/nginx-policy.yaml")).toBe("networkpolicy.networking.k8s.io/access-nginx created\n");
    expect(await fails(visit(""))).toContain("download timed out");
    await sh(visit('--labels="access=true"'));
  });
});
