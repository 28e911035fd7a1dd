import { expect, it } from "vitest";
import { walkthrough } from "./walkthrough.ts";

walkthrough(import.meta.filename, "Configure a Security Context for a Pod or Container", [], ({ sh, until }) => {
  it("runs as the pod says, and writes as the pod's group", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/pods/security/security-context.yaml");
    await until("kubectl get pod security-context-demo", "Running");
    const inside = (commands: string): Promise<string> => sh("kubectl exec -i security-context-demo -- sh", commands);
    expect(await inside("ps\n")).toMatch(/^PID +USER +TIME +COMMAND\n +1 1000 +0:00 sleep 1h\n +\d+ 1000 +0:00 sh\n/);
    expect(await inside("cd /data\nls -l\n")).toMatch(/drwxrwsrwx +2 root +2000 +4096 .* demo\n/);
    expect(await inside("cd demo || cd /data/demo\necho hello > testfile\nls -l\n")).toMatch(/-rw-r--r-- +1 1000 +2000 +6 .* testfile\n/);
    expect(await inside("id\n")).toBe("uid=1000 gid=3000 groups=2000,3000\n");
  });

  it("lets a container say otherwise than its pod", async () => {
    await sh("kubectl apply -f https://k8s.io/examples/pods/security/security-context-2.yaml");
    await until("kubectl get pod security-context-demo-2", "Running");
    expect(await sh("kubectl exec -i security-context-demo-2 -- sh", "ps aux\n")).toMatch(/^USER +PID .*\n2000 +1 /);
  });
});
