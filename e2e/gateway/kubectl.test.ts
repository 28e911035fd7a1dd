import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GatewayUnderTest, kubectlPath } from "./gatewayUnderTest.ts";
import { guestbook, nginxDeployment } from "./manifests.ts";

describe.skipIf(kubectlPath === null)("the real kubectl through the gateway", { timeout: 120_000 }, () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start(kubectlPath as string, ["--speed", "20"]);
  }, 60_000);
  afterAll(async () => {
    expect(await gateway.stop()).toBe(0);
  });

  it("sees three worker nodes, Ready", async () => {
    await gateway.run("wait node --all --for=condition=Ready --timeout=60s");
    expect((await gateway.run("get nodes --no-headers")).split("\n").filter((line) => / Ready /.test(line))).toHaveLength(3);
    expect(await gateway.run("get nodes -o wide")).toMatch(/INTERNAL-IP.*CONTAINER-RUNTIME/);
  });

  it("applies, watches the rollout, and finds everything unchanged the second time", async () => {
    expect(await gateway.run("apply -f -", nginxDeployment)).toBe("deployment.apps/nginx-deployment created\n");
    expect(await gateway.run("rollout status deployment/nginx-deployment --timeout=60s")).toContain("successfully rolled out");
    expect(await gateway.run("apply -f -", nginxDeployment)).toBe("deployment.apps/nginx-deployment unchanged\n");
    expect(await gateway.run("get deployment nginx-deployment")).toMatch(/nginx-deployment\s+3\/3\s+3\s+3/);
    expect(await gateway.run("get all")).toMatch(/replicaset.apps\/nginx-deployment-\S+\s+3\s+3\s+3/);
    expect(await gateway.run("describe deployment nginx-deployment")).toMatch(/ScalingReplicaSet.*Scaled up replica set nginx-deployment-\S+ from 0 to 3/);
  });

  it("a rollout to an image that does not exist stops, and undo recovers", async () => {
    expect(await gateway.run("set image deployment/nginx-deployment nginx=nginx:1.161")).toBe("deployment.apps/nginx-deployment image updated\n");
    await expect.poll(() => gateway.run("get pods -l app=nginx --no-headers"), { timeout: 30_000, interval: 200 }).toMatch(/ImagePullBackOff|ErrImagePull/);
    expect((await gateway.run("get pods -l app=nginx --no-headers")).split("\n").filter((line) => / Running /.test(line))).toHaveLength(3);
    expect(await gateway.run("rollout history deployment/nginx-deployment")).toMatch(/1\s+<none>\n2\s+<none>/);
    expect(await gateway.run("rollout undo deployment/nginx-deployment")).toBe("deployment.apps/nginx-deployment rolled back\n");
    expect(await gateway.run("rollout status deployment/nginx-deployment --timeout=60s")).toContain("successfully rolled out");
    expect(await gateway.run("rollout history deployment/nginx-deployment")).toMatch(/2\s+<none>\n3\s+<none>/);
    expect(await gateway.run("get deployment nginx-deployment -o jsonpath={.spec.template.spec.containers[0].image}")).toBe("nginx:1.14.2");
  });

  it("scales, pauses, resumes, restarts", async () => {
    expect(await gateway.run("scale deployment/nginx-deployment --replicas=5")).toBe("deployment.apps/nginx-deployment scaled\n");
    await gateway.run("rollout status deployment/nginx-deployment --timeout=60s");
    expect(await gateway.run("rollout pause deployment/nginx-deployment")).toContain("paused");
    expect(await gateway.run("rollout resume deployment/nginx-deployment")).toContain("resumed");
    expect(await gateway.run("rollout restart deployment/nginx-deployment")).toContain("restarted");
    expect(await gateway.run("rollout status deployment/nginx-deployment --timeout=60s")).toContain("successfully rolled out");
  });

  it("labels, annotates, cordons, reads raw", async () => {
    expect(await gateway.run("label deployment nginx-deployment tier=front")).toContain("labeled");
    expect(await gateway.run("annotate deployment nginx-deployment note=hello")).toContain("annotated");
    expect(await gateway.run("cordon node-1")).toContain("cordoned");
    expect(await gateway.run("get nodes")).toMatch(/node-1\s+Ready,SchedulingDisabled/);
    expect(await gateway.run("uncordon node-1")).toContain("uncordoned");
    expect(await gateway.run("get --raw /healthz")).toBe("ok");
    expect(JSON.parse(await gateway.run("get --raw /version"))).toMatchObject({ major: "1", minor: "36" });
  });

  it("shows every output form", async () => {
    expect(JSON.parse(await gateway.run("get deployment nginx-deployment -o json"))).toMatchObject({ kind: "Deployment" });
    expect(await gateway.run("get deployment nginx-deployment -o yaml")).toContain("kind: Deployment");
    expect(await gateway.run("get deployment -o name")).toContain("deployment.apps/nginx-deployment");
    expect(await gateway.run(["get", "pods", "-o", "custom-columns=NAME:.metadata.name,NODE:.spec.nodeName"])).toMatch(/NAME\s+NODE/);
    expect(await gateway.run("get pods -o wide")).toMatch(/NOMINATED NODE/);
  });

  it("creates, deletes, says what it does not find", async () => {
    expect(await gateway.run("create configmap settings --from-literal=a=b")).toBe("configmap/settings created\n");
    expect(await gateway.run("delete configmap settings")).toMatch(/configmap "settings" deleted/);
    expect((await gateway.kubectl("get configmap settings")).err).toBe('Error from server (NotFound): configmaps "settings" not found\n');
    expect((await gateway.kubectl("apply -f -", nginxDeployment.replace("replicas: 3", "replicas: -1"))).err).toContain("spec.replicas: Invalid value: -1: must be greater than or equal to 0");
  });

  it("runs the guestbook: every pod Ready, and the frontend answers through its Service", async () => {
    await gateway.run("apply -f -", guestbook);
    for (const name of ["redis-leader", "redis-follower", "frontend"]) {
      expect(await gateway.run(`rollout status deployment/${name} --timeout=60s`)).toContain("successfully rolled out");
    }
    await gateway.run(["run", "visitor", "--image=busybox:1.28", "--restart=Never", "--", "wget", "-qO-", "http://frontend"]);
    await expect.poll(() => gateway.run("logs visitor"), { timeout: 30_000, interval: 200 }).toMatch(/<html|Guestbook/i);
    expect(await gateway.run("get pod visitor --no-headers")).toMatch(/Completed/);
  });

  it("deletes a Deployment and its pods go", async () => {
    await gateway.run("delete deployment nginx-deployment");
    await expect.poll(() => gateway.run("get pods -l app=nginx --no-headers --ignore-not-found"), { timeout: 60_000, interval: 200 }).toBe("");
  });
});
