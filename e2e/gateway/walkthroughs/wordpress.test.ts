import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Deploying WordPress and MySQL with Persistent Volumes", [], ({ sh, until }) => {
  it("runs both from one kustomization, and keeps their claims", async () => {
    const folder = (await sh("d=$(mktemp -d) && cp application/wordpress/*.yaml $d && printf 'secretGenerator:\\n- name: mysql-pass\\n  literals:\\n  - password=YOUR_PASSWORD\\nresources:\\n- mysql-deployment.yaml\\n- wordpress-deployment.yaml\\n' > $d/kustomization.yaml && echo $d")).trim();
    expect(await sh(`kubectl apply -k ${folder}`)).toMatch(/secret\/mysql-pass-\w{10} created\nservice\/wordpress created\nservice\/wordpress-mysql created\n[^]*deployment\.apps\/wordpress created\n/);
    expect(await sh("kubectl get secrets")).toMatch(/mysql-pass-\w{10}\s+Opaque\s+1/);
    await sh("kubectl rollout status deployment/wordpress-mysql && kubectl rollout status deployment/wordpress");
    expect(await sh("kubectl get pvc")).toMatch(/mysql-pv-claim\s+Bound\s+pvc-\S+\s+20Gi\s+RWO[^]*wp-pv-claim\s+Bound\s+pvc-\S+\s+20Gi\s+RWO/);
    expect(await sh("kubectl get pods")).toMatch(/wordpress-mysql-\S+\s+1\/1\s+Running/);
    await until("kubectl get services wordpress", /wordpress\s+LoadBalancer\s+10\S+\s+\d\S+\s+80:3\d+\/TCP/);
    await sh(`kubectl delete -k ${folder}`);
    await until("kubectl get pvc 2>&1", "No resources found in default namespace.\n");
  });
});
