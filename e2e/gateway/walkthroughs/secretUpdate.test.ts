import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

/** The pages' pods show one way in each: one pod that takes a Secret in all ways, and a Deployment to roll out anew. */
const secretKeyRef = { name: "backend", key: "password" };
const container = {
  name: "main", image: "busybox", command: ["sleep", "infinity"], env: [{ name: "PASSWORD", valueFrom: { secretKeyRef } }], envFrom: [{ prefix: "ALL_", secretRef: { name: "backend" } }],
  volumeMounts: [{ name: "secret", mountPath: "/etc/secret", readOnly: true }, { name: "projected", mountPath: "/etc/both" }, { name: "secret", mountPath: "/etc/one/password", subPath: "password" }],
};
const volumes = [{ name: "secret", secret: { secretName: "backend", defaultMode: 256 } }, { name: "projected", projected: { sources: [{ secret: { name: "backend", items: [{ key: "password", path: "deep/word" }] } }, { configMap: { name: "more", optional: true } }] } }];
const labels = { app: "backend" };
const deployment = JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "backend" }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container], volumes, terminationGracePeriodSeconds: 0 } } } });

walkthrough(import.meta.filename, "Managing Secrets using kubectl; Secrets: mounted Secrets are updated automatically", [], ({ sh, fails, until, pass }) => {
  const inPod = (script: string): string => `kubectl exec deploy/backend -- sh -c '${script}'`;
  const everywhere = inPod("echo $PASSWORD $ALL_password $(cat /etc/one/password) $(cat /etc/secret/password) $(cat /etc/both/deep/word)");

  it("a Secret made and looked at by kubectl", async () => {
    expect(await sh("kubectl create secret generic backend --from-literal=username=admin --from-literal=password='S!B\\*d$zDsb='")).toBe("secret/backend created\n");
    expect(await sh("kubectl get secret backend -o jsonpath='{.data.password}' | base64 --decode")).toBe("S!B\\*d$zDsb=");
    expect(await sh("kubectl get secrets")).toMatch(/^NAME\s+TYPE\s+DATA\s+AGE\nbackend\s+Opaque\s+2\s/);
    await sh(`kubectl patch secret backend -p '{"stringData":{"password":"one"}}'`);
  });

  it("reaches a pod that waited for it, in all ways", async () => {
    await sh("kubectl delete secret backend");
    await sh("kubectl apply -f -", deployment);
    await until("kubectl describe pod -l app=backend", /FailedMount\s.*MountVolume\.SetUp failed for volume "secret" : secret "backend" not found/);
    await sh("kubectl create secret generic backend --from-literal=password=one");
    await sh("kubectl rollout status deployment/backend --timeout=80s");
    expect(await sh(everywhere)).toBe("one one one one one\n");
    expect(await sh(inPod("ls /etc/secret /etc/both"))).toBe("/etc/both:\ndeep\n\n/etc/secret:\npassword\n");
    expect(await fails(inPod("echo x > /etc/secret/password"))).toContain("Read-only file system");
  });

  it("its files follow it after a while, variables and files that are mounted alone never", async () => {
    await sh(`kubectl patch secret backend -p '{"stringData":{"password":"two","added":"key"}}'`);
    await pass(120);
    expect(await sh(everywhere)).toBe("one one one two two\n");
    expect(await sh(inPod("ls /etc/secret"))).toBe("added\npassword\n");
    await sh("kubectl create configmap more --from-literal=colour=blue");
    await pass(120);
    expect(await sh(inPod("cat /etc/both/colour"))).toBe("blue");
    expect(await sh("kubectl get pods -l app=backend")).toMatch(/\s1\/1\s+Running\s+0\s/);
  });

  it("a rollout brings the rest", async () => {
    expect(await sh("kubectl rollout restart deployment backend")).toBe("deployment.apps/backend restarted\n");
    await sh("kubectl rollout status deployment/backend --timeout=80s");
    await until(everywhere, /^two two two two two\n$/);
  });

  it("an immutable one can only be made anew", async () => {
    await sh(`kubectl patch secret backend -p '{"immutable":true}'`);
    expect(await fails(`kubectl patch secret backend -p '{"stringData":{"password":"three"}}'`)).toContain("data: Forbidden: field is immutable when `immutable` is set");
    expect(await sh("kubectl delete secret backend && kubectl create secret generic backend --from-literal=password=three")).toBe('secret "backend" deleted from default namespace\nsecret/backend created\n');
    await sh("kubectl rollout restart deployment backend && kubectl rollout status deployment/backend --timeout=80s");
    await until(everywhere, /^three three three three three\n$/);
  });
});
