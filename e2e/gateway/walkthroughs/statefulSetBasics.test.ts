import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

/** Deletes pods and awaits their successors. Without kubectl's own waiting: at this speed a successor may be there before it looks, and then it waits for that one. */
const replace = (pods: string): string =>
  `for p in ${pods}; do old=$(kubectl get pod $p -o jsonpath={.metadata.uid}); kubectl delete pod $p --wait=false; until new=$(kubectl get pod $p -o jsonpath={.metadata.uid} 2>/dev/null) && [ "$new" != "$old" ]; do sleep 0.2; done; kubectl wait pod $p --for=condition=Ready; done`;

walkthrough(import.meta.filename, "StatefulSet Basics", [], ({ sh, until }) => {
  it("makes its pods one after the other, each with a name and a claim that stay", async () => {
    expect(await sh("kubectl apply -f https://k8s.io/examples/application/web/web.yaml")).toBe("service/nginx created\nstatefulset.apps/web created\n");
    await sh("kubectl rollout status statefulset/web");
    expect(await sh("kubectl get service nginx")).toMatch(/nginx\s+ClusterIP\s+None\s+<none>\s+80\/TCP/);
    expect(await sh("kubectl get statefulset web")).toMatch(/web\s+2\/2/);
    expect(await sh("kubectl get pods -l app=nginx")).toMatch(/web-0\s+1\/1\s+Running\s+0[^]*web-1\s+1\/1\s+Running\s+0/);
    expect(await sh("for i in 0 1; do kubectl exec \"web-$i\" -- sh -c 'hostname'; done")).toBe("web-0\nweb-1\n");
    expect(await sh("kubectl get pvc -l app=nginx")).toMatch(/www-web-0\s+Bound\s+pvc-\S+\s+1Gi\s+RWO[^]*www-web-1\s+Bound\s+pvc-\S+\s+1Gi\s+RWO/);
  });

  it("names them in DNS", async () => {
    const answer = await sh("kubectl run -i dns-test --image busybox:1.28 --restart=Never --rm --quiet -- nslookup web-0.nginx");
    expect(answer).toMatch(/Server: {4}(\S+)\nAddress 1: \1 kube-dns\.kube-system\.svc\.cluster\.local\n\nName: {6}web-0\.nginx\nAddress 1: 10\.244\.\S+ web-0\.nginx\.default\.svc\.cluster\.local\n/);
  });

  it("keeps what they wrote when they are deleted", async () => {
    await sh("for i in 0 1; do kubectl exec \"web-$i\" -- sh -c 'echo \"$(hostname)\" > /usr/share/nginx/html/index.html'; done");
    const served = 'for i in 0 1; do kubectl exec -i "web-$i" -- curl -s http://localhost/; done';
    expect(await sh(served)).toBe("web-0\nweb-1\n");
    expect(await sh(replace("web-0 web-1"))).toMatch(/^pod "web-0" deleted[^]*pod "web-1" deleted/);
    await sh("kubectl rollout status statefulset/web");
    expect(await sh(served)).toBe("web-0\nweb-1\n");
  });

  it("scales up and down in order, and keeps the claims", async () => {
    expect(await sh("kubectl scale sts web --replicas=5")).toBe("statefulset.apps/web scaled\n");
    await sh("kubectl rollout status statefulset/web");
    expect(await sh("kubectl patch sts web -p '{\"spec\":{\"replicas\":3}}'")).toBe("statefulset.apps/web patched\n");
    await until("kubectl get pods -l app=nginx -o name", /^pod\/web-0\npod\/web-1\npod\/web-2\n$/);
    expect((await sh("kubectl get pvc -l app=nginx -o name")).trim().split("\n")).toHaveLength(5);
  });

  it("stages an update by a partition, and rolls it out by a lower one", async () => {
    const images = "for p in 0 1 2; do kubectl get pod \"web-$p\" --template '{{range $i, $c := .spec.containers}}{{$c.image}}{{end}}'; echo; done";
    const partition = (at: number): string => `kubectl patch statefulset web -p '{"spec":{"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"partition":${at}}}}}'`;
    const [old = ""] = (await sh(images)).split("\n");
    expect(await sh(partition(3))).toBe("statefulset.apps/web patched\n");
    await sh(`kubectl patch statefulset web --type='json' -p='[{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value":"registry.k8s.io/nginx-slim:0.27"}]'`);
    await sh(replace("web-2"));
    expect(await sh("kubectl get pod web-2 --template '{{range $i, $c := .spec.containers}}{{$c.image}}{{end}}'")).toBe(old);
    await sh(partition(2));
    await until(images, `${old}\n${old}\nregistry.k8s.io/nginx-slim:0.27\n`);
    await sh(partition(0));
    await until(images, "registry.k8s.io/nginx-slim:0.27\n".repeat(3));
  });

  it("leaves its pods where it is deleted alone, and takes them back", async () => {
    await sh("kubectl rollout status statefulset/web");
    expect(await sh("kubectl delete statefulset web --cascade=orphan")).toMatch(/^statefulset\.apps "web" deleted/);
    await sh("kubectl delete pod web-0");
    expect(await sh("kubectl get pods -l app=nginx -o name")).toBe("pod/web-1\npod/web-2\n");
    expect(await sh("kubectl apply -f https://k8s.io/examples/application/web/web.yaml")).toBe("service/nginx unchanged\nstatefulset.apps/web created\n");
    await until("kubectl get pods -l app=nginx -o name", /^pod\/web-0\npod\/web-1\n$/);
    await sh("kubectl wait pod web-0 --for=condition=Ready");
    expect(await sh("kubectl exec -i web-0 -- curl -s http://localhost/")).toBe("web-0\n");
    await sh("kubectl delete statefulset web");
    expect((await sh("kubectl get pvc -l app=nginx -o name")).trim().split("\n")).toHaveLength(5);
  });
});
