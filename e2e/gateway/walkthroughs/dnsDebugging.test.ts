import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Debugging DNS Resolution", [], ({ sh, fails }) => {
  it("asks from within a pod, and looks at what answers", async () => {
    expect(await sh("kubectl apply -f https://k8s.io/examples/admin/dns/dnsutils.yaml")).toBe("pod/dnsutils created\n");
    await sh("kubectl wait pod dnsutils --for=condition=Ready");
    expect(await sh("kubectl exec -i dnsutils -- nslookup kubernetes.default")).toMatch(/Server:\s+(10\.96\.0\.10)\nAddress:\s+\1#53\n\nName:\s+kubernetes\.default\S*\nAddress: 10\.96\.0\.1\n/);
    expect(await sh("kubectl exec dnsutils -- cat /etc/resolv.conf")).toBe("search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n");
    expect(await sh("kubectl get pods --namespace=kube-system -l k8s-app=kube-dns")).toMatch(/coredns-\S+\s+1\/1\s+Running/);
    expect(await sh("kubectl logs --namespace=kube-system -l k8s-app=kube-dns")).toMatch(/^\.:53\n[^]*CoreDNS-1\./m);
    expect(await sh("kubectl get svc --namespace=kube-system")).toMatch(/kube-dns\s+ClusterIP\s+10\.96\.0\.10\s+<none>\s+53\/UDP,53\/TCP/);
    // The page writes the label's prefix "k8s.io", by which a real cluster finds none either.
    expect(await sh("kubectl get endpointslices -l kubernetes.io/service-name=kube-dns --namespace=kube-system")).toMatch(/kube-dns-\w+\s+IPv4\s+53,53/);
    expect(await sh("kubectl describe clusterrole system:coredns -n kube-system")).toMatch(/endpointslices\.discovery\.k8s\.io\s+\[\]\s+\[\]\s+\[list watch\]/);
  });

  it("a name of another namespace needs it", async () => {
    await sh("kubectl create namespace prod && kubectl create service clusterip data --tcp=80 -n prod");
    await fails("kubectl exec dnsutils -- nslookup data");
    expect(await sh("kubectl exec dnsutils -- nslookup data.prod")).toContain("data.prod.svc.cluster.local");
  });

  it("without CoreDNS nothing is resolved", async () => {
    await sh("kubectl scale deployment coredns --replicas=0 -n kube-system");
    await sh("kubectl wait pod -l k8s-app=kube-dns -n kube-system --for=delete --timeout=80s");
    await fails("kubectl exec dnsutils -- nslookup kubernetes.default");
  });
});
