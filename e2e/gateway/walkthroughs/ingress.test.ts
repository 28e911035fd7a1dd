import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Set up Ingress on Minikube with the NGINX Ingress Controller", [], ({ sh, until }) => {
  it("sends a host's paths to two versions of an application", async () => {
    const visit = (path: string): string => `kubectl run visitor --image=curlimages/curl --restart=Never -i --rm --quiet -- curl -s --resolve "hello-world.info:80:$(kubectl get ingress example-ingress -o jsonpath={.status.loadBalancer.ingress[0].ip})" http://hello-world.info${path}`;
    for (const [name, version] of [["web", "1.0"], ["web2", "2.0"]] as const) {
      expect(await sh(`kubectl create deployment ${name} --image=gcr.io/google-samples/hello-app:${version}`)).toBe(`deployment.apps/${name} created\n`);
      expect(await sh(`kubectl expose deployment ${name} --port=8080`)).toBe(`service/${name} exposed\n`);
      await sh(`kubectl rollout status deployment/${name}`);
    }
    expect(await sh("kubectl apply -f https://k8s.io/examples/service/networking/example-ingress.yaml")).toBe("ingress.networking.k8s.io/example-ingress created\n");
    await until("kubectl get ingress", /example-ingress\s+nginx\s+hello-world\.info\s+\d\S+\s+80/);
    expect(await sh(visit("/"))).toMatch(/^Hello, world!\nVersion: 1\.0\.0\nHostname: web-/);
    await sh(`kubectl patch ingress example-ingress --type=json -p='[{"op":"add","path":"/spec/rules/0/http/paths/-","value":{"path":"/v2","pathType":"Prefix","backend":{"service":{"name":"web2","port":{"number":8080}}}}}]'`);
    await until(visit("/v2"), /^Hello, world!\nVersion: 2\.0\.0\nHostname: web2-/);
  });
});
