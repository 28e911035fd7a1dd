import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

const folder = mkdtempSync(join(tmpdir(), "orrery-"));
writeFileSync(join(folder, "default.conf"), "server {\n        listen 80 default_server;\n        listen [::]:80 default_server ipv6only=on;\n\n        listen 443 ssl;\n\n        root /usr/share/nginx/html;\n        index index.html;\n\n        server_name localhost;\n        ssl_certificate /etc/nginx/ssl/tls.crt;\n        ssl_certificate_key /etc/nginx/ssl/tls.key;\n\n        location / {\n                try_files $uri $uri/ =404;\n        }\n}\n");

walkthrough(import.meta.filename, "Connecting Applications with Services: Securing the Service", [], ({ sh, fails, until }) => {
  it("a certificate as a Secret, a configuration as a ConfigMap", async () => {
    await sh(`openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout ${folder}/nginx.key -out ${folder}/nginx.crt -subj "/CN=my-nginx/O=my-nginx"`);
    expect(await sh(`kubectl create secret tls nginxsecret --key ${folder}/nginx.key --cert ${folder}/nginx.crt`)).toBe("secret/nginxsecret created\n");
    expect(await sh("kubectl get secrets")).toMatch(/nginxsecret\s+kubernetes\.io\/tls\s+2\s/);
    expect(await sh(`kubectl create configmap nginxconfigmap --from-file=${folder}/default.conf`)).toBe("configmap/nginxconfigmap created\n");
    expect(await sh("kubectl describe configmap  nginxconfigmap")).toMatch(/^Name:\s+nginxconfigmap\nNamespace:\s+default\nLabels:\s+<none>\nAnnotations:\s+<none>\n\nData\n====\ndefault\.conf:\n----\nserver \{\n[^]*listen 443 ssl;[^]*\n\nBinaryData\n====\n\nEvents:\s+<none>\n$/);
  });

  it("HTTPS by address without a look at the certificate, by name with it", async () => {
    expect(await sh("kubectl create -f https://k8s.io/examples/service/networking/nginx-secure-app.yaml")).toBe("service/my-nginx created\ndeployment.apps/my-nginx created\n");
    await sh("kubectl rollout status deployment/my-nginx --timeout=80s");
    await sh("kubectl apply -f https://k8s.io/examples/service/networking/curlpod.yaml && kubectl rollout status deployment/curl-deployment --timeout=80s");
    const pod = (await sh("kubectl get pods -l app=curlpod -o jsonpath='{.items[0].metadata.name}'")).trim();
    const ip = (await sh("kubectl get pods -l run=my-nginx -o jsonpath='{.items[0].status.podIP}'")).trim();
    const curl = `kubectl exec ${pod} -- curl -sS`;
    expect(await sh(`${curl} -k https://${ip}`)).toContain("<h1>Welcome to nginx!</h1>");
    expect(await sh(`${curl} https://my-nginx --cacert /etc/nginx/ssl/tls.crt`)).toContain("<title>Welcome to nginx!</title>");
    expect(await fails(`${curl} https://my-nginx`)).toMatch(/^curl: \(60\) SSL certificate problem: self-signed certificate\n[^]*command terminated with exit code 60\n$/);
    expect(await fails(`${curl} https://${ip} --cacert /etc/nginx/ssl/tls.crt`)).toContain(`no alternative certificate subject name matches target host name '${ip}'`);
    expect(await sh(`${curl} http://my-nginx:443`)).toContain("400 The plain HTTP request was sent to HTTPS port");
    expect(await sh(`${curl} http://my-nginx:8080`)).toContain("<title>Welcome to nginx!</title>");
    // Not of the page: the kubelet's probe looks at no certificate.
    const probed = { spec: { template: { spec: { containers: [{ name: "nginxhttps", readinessProbe: { httpGet: { port: 443, scheme: "HTTPS" } } }] } } } };
    await sh(`kubectl patch deployment my-nginx -p '${JSON.stringify(probed)}' && kubectl rollout status deployment/my-nginx --timeout=80s`);
  });

  it("by the port of a machine and by the provider's address", async () => {
    expect(await sh("kubectl get svc my-nginx -o yaml | grep nodePort -C 5")).toMatch(/- name: http\n {4}nodePort: 3\d{4}\n {4}port: 8080\n {4}protocol: TCP\n {4}targetPort: 80\n {2}- name: https\n {4}nodePort: 3\d{4}\n {4}port: 443\n {4}protocol: TCP\n {4}targetPort: 443\n/);
    const port = (await sh("kubectl get svc my-nginx -o jsonpath='{.spec.ports[1].nodePort}'")).trim();
    const node = (await sh("kubectl get nodes -o jsonpath='{.items[0].status.addresses[0].address}'")).trim();
    const curl = "kubectl exec deploy/curl-deployment -- curl -sS -k";
    expect(await sh(`${curl} https://${node}:${port}`)).toContain("<h1>Welcome to nginx!</h1>");
    await sh(`kubectl patch svc my-nginx -p '{"spec":{"type":"LoadBalancer"}}'`);
    await until("kubectl get svc my-nginx", /my-nginx\s+LoadBalancer\s+10\S+\s+203\.0\.113\.\d+\s+8080:3\d+\/TCP,443:3\d+\/TCP/);
    const address = (await sh("kubectl get svc my-nginx -o jsonpath='{.status.loadBalancer.ingress[0].ip}'")).trim();
    expect(await sh(`${curl} https://${address}`)).toContain("<title>Welcome to nginx!</title>");
  });
});
