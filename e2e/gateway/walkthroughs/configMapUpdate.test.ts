import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

/** The page's manifest is not among those beside this checkout: one of its shape. */
const command = ["/bin/sh", "-c", "while true; do echo My preferred sport is $(cat /etc/config/sport); sleep 10; done"];
const labels = { app: "configmap-volume" };
const containers = [{ name: "alpine", image: "alpine:3", command, volumeMounts: [{ name: "config", mountPath: "/etc/config" }] }];
const template = { metadata: { labels }, spec: { containers, volumes: [{ name: "config", configMap: { name: "sport" } }] } };
const deployment = JSON.stringify({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "configmap-volume", labels }, spec: { replicas: 3, selector: { matchLabels: labels }, template } });

walkthrough(import.meta.filename, "Updating Configuration via a ConfigMap", [], ({ sh, until }) => {
  it("a mounted file follows its ConfigMap while the pods run on", async () => {
    await sh("kubectl create configmap sport --from-literal=sport=football");
    expect(await sh("kubectl apply -f -", deployment)).toBe("deployment.apps/configmap-volume created\n");
    await sh("kubectl rollout status deployment/configmap-volume");
    await until("kubectl logs deployments/configmap-volume", /My preferred sport is football/);
    const pods = await sh("kubectl get pods -o name");
    await sh(`kubectl patch configmap sport --type merge -p '{"data":{"sport":"cricket"}}'`);
    await until("kubectl logs deployments/configmap-volume --tail=3", /My preferred sport is cricket/);
    expect(await sh("kubectl get pods -o name")).toBe(pods);
  });
});
