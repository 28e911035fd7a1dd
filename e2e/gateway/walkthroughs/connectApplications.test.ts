import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Connecting Applications with Services", [], ({ sh, until }) => {
  it("a Service before its pods' eyes, by variables and by name", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/service/networking/run-my-nginx.yaml");
    await sh("kubectl rollout status deployment/my-nginx");
    expect((await sh("kubectl get pods -l run=my-nginx -o custom-columns=POD_IP:.status.podIPs")).match(/\[map\[ip:10\.244\.\S+\]\]/g)).toHaveLength(2);
    expect(await sh("kubectl expose deployment/my-nginx")).toBe("service/my-nginx exposed\n");
    expect(await sh("kubectl describe svc my-nginx")).toMatch(/Selector:\s+run=my-nginx\nType:\s+ClusterIP[^]*TargetPort:\s+80\/TCP\nEndpoints:\s+10\S+:80,10\S+:80/);
    expect(await sh("kubectl get endpointslices -l kubernetes.io/service-name=my-nginx")).toMatch(/my-nginx-\w+\s+IPv4\s+80\s+10\S+,10/);
    const variables = "kubectl exec $(kubectl get pods -l run=my-nginx -o jsonpath='{.items[0].metadata.name}') -- printenv | grep SERVICE";
    expect(await sh(variables)).not.toContain("MY_NGINX");
    await sh("kubectl scale deployment my-nginx --replicas=0; kubectl wait pod -l run=my-nginx --for=delete --timeout=60s; kubectl scale deployment my-nginx --replicas=2");
    await sh("kubectl rollout status deployment/my-nginx");
    expect(await sh(variables)).toMatch(/MY_NGINX_SERVICE_HOST=10\.96\S+\n(.*\n)*MY_NGINX_SERVICE_PORT=80\n/);
    expect(await sh("kubectl run curl --image=radial/busyboxplus:curl --restart=Never -i --rm --quiet -- nslookup my-nginx")).toMatch(/my-nginx\S*\s*\n?.*10\.96\./);
    await sh('kubectl patch svc my-nginx -p \'{"spec":{"type":"LoadBalancer"}}\'');
    await until("kubectl get svc my-nginx", /my-nginx\s+LoadBalancer\s+10\S+\s+203\.0\.113\.\d+\s+80:3\d+\/TCP/);
  });
});
